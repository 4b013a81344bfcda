/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* backoff: says how long to pause before an action that has failed is tried
 * again.
 *
 * The first pause is range.least, and each further pause is twice the one
 * before, up to range.most.  After a success the pauses begin anew.  If
 * range.at_once is true, the first pause after a success is 0 and the second
 * range.least.  Nothing is random: if many must not try at the same moments,
 * the caller adds a random part.  Pure.
 *
 * Units    the caller's: a range in milliseconds gives pauses in milliseconds.
 * Threads  none; whoever owns the struct serialises its use.
 */
#ifndef VF_LIB_BACKOFF_H
#define VF_LIB_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

/* The bounds of the pauses: 0 < least <= most. */
struct backoff_range {
	int64_t least, most;
	bool at_once;
};

/* A struct of zeros is a back-off before its first try. */
struct backoff {
	unsigned tries; /* number of tries since the last success */
};

/* Returns the pause before the next try, and counts that try. */
int64_t backoff_next(struct backoff *b, const struct backoff_range *range);
/* Notes a success: the pauses begin anew. */
void backoff_reset(struct backoff *b);

#endif
