/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* log_limit: lets at most LOG_LIMIT_LINES lines of each kind a minute into a
 * log, for lines that strangers can cause.
 *
 * Lines that differ only in their numbers are of one kind.  All kinds beyond
 * the first LOG_LIMIT_KINDS of a minute count as one kind.  Lines that are kept
 * out are counted, and their number is logged when the minute is over.
 */
#ifndef VF_LIB_LOG_LIMIT_H
#define VF_LIB_LOG_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_LIMIT_LINES 5 /* lines of a kind that a minute may have */
#define LOG_LIMIT_KINDS 32
/* bytes of the line that is logged with the number of lines kept out */
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

/* Returns whether the line may be logged, and counts it if it may not. */
bool log_limit_may(struct log_limit *l, const char *line, size_t len);
/* If the minute is over, begins a new one, and calls `say` for each kind of
 * which lines were kept out: with their number `unsaid`, and the first of them
 * as `text`. */
void log_limit_tick(struct log_limit *l, int64_t now_s,
		    void (*say)(void *ctx, uint64_t unsaid, const char *text),
		    void *ctx);

#endif
