/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* pace: judges, by what a node says it holds, whether the node copies the
 * chunks that others count on it to copy.  Pure.
 *
 * Other nodes count on a node to copy chunks while the node has room left, or
 * while a plan (spread_plan) gives it chunks to take.  A node cannot copy if
 * its disk is full or its links are cut, and does not if it was told not to
 * fill.  It announces none of this, but the chunks that it holds stay the same.
 * If they stay the same for long although the node is counted on, the node
 * fails (FAILS), and is not counted on any more.  As soon as its chunks change,
 * the node is counted on again.  Without a change it is counted on again after
 * a while, as a trial (STILL).
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

/* A node's store as it was last seen; all zero: it was never seen. */
struct pace {
	uint64_t key;       /* route_node.key of the node */
	uint64_t sum;       /* hash of the set of chunks that the node holds */
	int64_t changed_ns; /* when `sum` last changed */
	/* since when the node is counted on; 0: it is not counted on */
	int64_t due_ns;
	int64_t failed_ns; /* when the node was found to fail; 0: it was not */
};

/* Compares the chunks that the node holds now (NULL: none) with those that it
 * held at the last call, and returns the node's state. */
enum pace_state pace_look(struct pace *p, uint64_t key,
			  const struct bitmap *held, int64_t now_ns);
/* Notes whether the node is counted on from now on.  The node fails once it has
 * been counted on for long without a change. */
void pace_count_on(struct pace *p, bool counted_on, int64_t now_ns);

#endif
