/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* pace: judges, by what a node says it holds, whether the node copies the
 * chunks that others count on it to copy.  Pure.
 *
 * A node is counted on while it has room left, or a plan gives it chunks to
 * take.  A node whose disk is full, whose links are cut, or that was told not
 * to fill does not announce so, but what it holds stays the same.  When that
 * has lasted for some time the other nodes do not count on the node any more
 * (FAILS). When what it holds changes it is counted on again; now and then it
 * is tried again even without a change.
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
	uint64_t sum;       /* hash of the chunks that the node holds */
	int64_t changed_ns; /* when `sum' last changed */
	/* when the node began to be counted on; 0: it is not counted on */
	int64_t due_ns;
	int64_t failed_ns; /* when the node was found to fail; 0: it was not */
};

/* Compares what the node holds now (NULL: nothing) with what it held at the
 * last call, and returns the node's state. */
enum pace_state pace_look(struct pace *p, uint64_t key,
			  const struct bitmap *held, int64_t now_ns);
/* Notes whether the node is counted on from now on.  The node fails once it has
 * been counted on for long without a change. */
void pace_count_on(struct pace *p, bool counted_on, int64_t now_ns);

#endif
