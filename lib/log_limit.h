/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* log_limit: at most so many lines of each kind a minute, for a log that
 * strangers can write to.
 *
 * Lines that differ in their numbers alone are of one kind.  Kinds beyond
 * LOG_LIMIT_KINDS a minute count as one.  What was not said is counted, and the
 * number is said when the minute is over.
 */
#ifndef VF_LIB_LOG_LIMIT_H
#define VF_LIB_LOG_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_LIMIT_LINES 5 /* a kind and minute */
#define LOG_LIMIT_KINDS 32
#define LOG_LIMIT_TEXT                                                         \
	160 /* bytes of a line that are repeated with its count */
#define LOG_LIMIT_S 60

struct log_kind {
	uint64_t key;
	unsigned said;
	uint64_t unsaid;
	char text[LOG_LIMIT_TEXT];
};

/* All zeroes at first. */
struct log_limit {
	int64_t began_s;
	unsigned n;
	/* the last is for all other lines */
	struct log_kind kinds[LOG_LIMIT_KINDS + 1];
};

/* Whether to say this line. */
bool log_limit_may(struct log_limit *l, const char *line, size_t len);
/* The minute is over: say is called for each kind of which lines were not said,
 * and all begins anew.  Does nothing before. */
void log_limit_tick(struct log_limit *l, int64_t now_s,
		    void (*say)(void *ctx, uint64_t unsaid, const char *text),
		    void *ctx);

#endif
