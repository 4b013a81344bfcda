/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* log: messages of a program, to stderr (the journal's levels when it listens).
 *
 * A leaf never logs.  Whoever gives up logs, once: "who: what: why".
 * Each line carries its "<level>" where stderr is the stream of JOURNAL_STREAM.
 */
#ifndef VF_LIB_LOG_H
#define VF_LIB_LOG_H

#include <stdbool.h>

#define LOG_PRINTF __attribute__((format(printf, 1, 2)))

/* The name is kept, not copied.  verbose lets log_debug through. */
void log_init(const char *name, bool verbose);

void log_error(const char *fmt, ...) LOG_PRINTF;
void log_warn(const char *fmt, ...) LOG_PRINTF;
void log_info(const char *fmt, ...) LOG_PRINTF;
void log_debug(const char *fmt, ...) LOG_PRINTF;

/* Logs an error and ends the program with status 1. */
void log_fatal(const char *fmt, ...) LOG_PRINTF __attribute__((noreturn));

#endif
