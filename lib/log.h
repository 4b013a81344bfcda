/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* log: a program's messages, as lines on stderr.
 *
 * A function that can return an error does not log it.  The caller that gives
 * up logs, once: "who: what: why".
 * If stderr leads to systemd's journal, each line begins with its "<level>".
 */
#ifndef VF_LIB_LOG_H
#define VF_LIB_LOG_H

#include <stdbool.h>

#define LOG_PRINTF __attribute__((format(printf, 1, 2)))

/* Sets the program's name, which must stay valid, since it is not copied, and
 * whether log_debug prints anything (verbose). */
void log_init(const char *name, bool verbose);

void log_error(const char *fmt, ...) LOG_PRINTF;
void log_warn(const char *fmt, ...) LOG_PRINTF;
void log_info(const char *fmt, ...) LOG_PRINTF;
void log_debug(const char *fmt, ...) LOG_PRINTF;

/* Logs an error and ends the program with status 1. */
void log_fatal(const char *fmt, ...) LOG_PRINTF __attribute__((noreturn));

#endif
