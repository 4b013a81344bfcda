/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* log_limit: keeps strangers from filling a log: of each kind of line at most
 * LOG_LIMIT_LINES may be logged in a minute.
 *
 * Lines that differ only in their numbers are of one kind.  After
 * LOG_LIMIT_KINDS kinds in a minute, all further kinds count as one.  Lines
 * that were not logged are counted, and their number is logged when the minute
 * is over.
 */
#ifndef VF_LIB_LOG_LIMIT_H
#define VF_LIB_LOG_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* lines of each kind that may be logged in a minute */
#define LOG_LIMIT_LINES 5
#define LOG_LIMIT_KINDS 32
/* bytes that are kept of the first line of a kind that was not logged, to be
 * logged with the number of such lines */
#define LOG_LIMIT_TEXT 160
#define LOG_LIMIT_S 60

struct log_kind {
	uint64_t key;
	unsigned said;
	uint64_t unsaid;
	char text[LOG_LIMIT_TEXT];
};

/* A struct of zeros has seen no line yet. */
struct log_limit {
	int64_t began_s;
	unsigned n;
	/* the last entry is for the lines of all further kinds */
	struct log_kind kinds[LOG_LIMIT_KINDS + 1];
};

/* Returns true if the line may be logged; else counts it and returns false. */
bool log_limit_may(struct log_limit *l, const char *line, size_t len);
/* If the minute is over, begins a new one.  Then calls `say` for each kind of
 * which lines were not logged: `unsaid` is the number of these, `text` the
 * first of them. */
void log_limit_tick(struct log_limit *l, int64_t now_s,
		    void (*say)(void *ctx, uint64_t unsaid, const char *text),
		    void *ctx);

#endif
