/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* backoff: how long to pause before what has failed is tried again.
 *
 * The first pause is the least, each further one twice the one before, up to
 * the most; after a success the pauses begin anew.  Where the range says
 * `at_once`, the first try after a success comes before them all, without a
 * pause.  Nothing is random: whoever must not try in step with others adds
 * what keeps them apart.  Pure.
 *
 * Units    the caller's: a range in milliseconds gives pauses in milliseconds.
 * Threads  none; whoever owns the struct serialises its use.
 */
#ifndef VF_LIB_BACKOFF_H
#define VF_LIB_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

/* Pauses from least to most: 0 < least <= most. */
struct backoff_range {
	int64_t least, most;
	bool at_once;
};

/* Zeros are a back-off that begins. */
struct backoff {
	unsigned tries; /* tries since the last success */
};

/* The pause before the next try. */
int64_t backoff_next(struct backoff *b, const struct backoff_range *range);
/* A success: the pauses begin anew. */
void backoff_reset(struct backoff *b);

#endif
