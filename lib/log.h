/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* log: writes a program's messages, as lines, to stderr.
 *
 * A function that can return an error does not log it.  The caller that gives
 * up logs it, once, as "who: what: why".  If stderr leads to systemd's journal,
 * each line begins with its level, as in "<4>".
 */
#ifndef VF_LIB_LOG_H
#define VF_LIB_LOG_H

#include <stdbool.h>

#define LOG_PRINTF __attribute__((format(printf, 1, 2)))

/* Sets the program's name, with which lines begin, and whether log_debug writes
 * anything (verbose).  The name is not copied, so it must stay valid. */
void log_init(const char *name, bool verbose);

void log_error(const char *fmt, ...) LOG_PRINTF;
void log_warn(const char *fmt, ...) LOG_PRINTF;
void log_info(const char *fmt, ...) LOG_PRINTF;
void log_debug(const char *fmt, ...) LOG_PRINTF;

/* Logs an error and ends the program with status 1. */
void log_fatal(const char *fmt, ...) LOG_PRINTF __attribute__((noreturn));

#endif
