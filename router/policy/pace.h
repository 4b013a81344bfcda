/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* pace: whether a node does what others count on, by what it says it holds.
 * Pure.
 *
 * A node is counted on while it has room left, or a plan gives it chunks to
 * take.  One whose disk is full, whose links are cut, or that is told not to
 * fill says nothing of that, and changes nothing.  After some time others pass
 * it over; when what it holds changes it is counted on again, and tried again
 * now and then.
 *
 *   GAINS ──no change──► STILL ──counted on for long──► FAILS
 *     ▲                    │ ▲                            │
 *     └──────change────────┘ └────── later, once more ────┤
 *     └───────────────────────────change──────────────────┘
 */
#ifndef VF_ROUTER_POLICY_PACE_H
#define VF_ROUTER_POLICY_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/bitmap.h"

enum pace_state { PACE_GAINS, PACE_STILL, PACE_FAILS };

/* A node's store as it was last seen.  All zero: never. */
struct pace {
	uint64_t key;       /* the node's */
	uint64_t sum;       /* hash of the chunks that it holds */
	int64_t changed_ns; /* when that changed */
	/* when the node began to be counted on; 0: it is not */
	int64_t due_ns;
	int64_t failed_ns; /* when it was found to fail; 0: it was not */
};

/* Looks at what the node holds now; NULL: nothing. */
enum pace_state pace_look(struct pace *p, uint64_t key,
			  const struct bitmap *held, int64_t now_ns);
/* The node is counted on from now on, or it is not. */
void pace_count_on(struct pace *p, bool counted_on, int64_t now_ns);

#endif
