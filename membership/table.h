/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* table: the nodes that are known, who announced each, what each holds.
 *
 * Pure state.  A member has two: what its own clients say, and the view.
 * Every change has a number, so whoever passes the table on keeps no queue:
 * a reader is a place in the sequence of changes, and table_read says, in
 * frames, what has changed since.  A slow reader skips what is out of date;
 * it costs no memory.
 *
 * Where there are many readers a mark puts together, once for all of them, what
 * has come and gone since the mark before: some bytes a node.  Who was told
 * all until then is told that; who was not, because it is new or slow, is told
 * what is held of all that has changed since.
 *
 * Owners   say who announced a node: a client's number in the one table, a
 *          member in the other.  The latest to announce it owns it, and no
 *          one else's HOLD or GONE counts.  A node whose owner is lost is an
 *          orphan, and goes unless it is announced anew in time:
 *
 *             table_node               table_confirm
 *            ──────────────► OWNED ──────────────────► CONFIRMED
 *                            ▲   ▲  table_node, by another  │ │
 *                 table_node │   └──────────────────────────┘ │
 *                            │        table_orphan…           │
 *                          ORPHAN ◄───────────────────────────┘ (or OWNED)
 *            in any state: table_gone by the owner, or an orphan's time is
 *            over ──► gone
 *
 * Limits   TABLE_NODES_MAX nodes, TABLE_HELD_BYTES for all bitmaps.  A node
 *          beyond the one is refused, a bitmap beyond the other is not kept:
 *          that node then seems to hold nothing.
 * Errors   what is unknown, foreign or out of range is ignored.
 */
#ifndef VF_MEMBERSHIP_TABLE_H
#define VF_MEMBERSHIP_TABLE_H

#include "membership/wire/proto.h"

#define TABLE_NODES_MAX 4096
#define TABLE_HELD_BYTES (64U << 20)
#define TABLE_GONE_MAX 4096 /* departures that are remembered for readers */
#define TABLE_READ_MIN 4096 /* bytes: the least buffer for table_read */
#define TABLE_NOBODY UINT64_MAX
#define TABLE_NEVER INT64_MAX

struct table;

struct table *table_new(void);
void table_free(struct table *t);

/* Announced, anew or again.  -1: ENOSPC, ENOMEM. */
int table_node(struct table *t, uint64_t owner, const struct proto_node *n);
void table_hold(struct table *t, uint64_t owner, const struct proto_hold *h);
void table_gone(struct table *t, uint64_t owner, const struct node_id *id);

/* An owner is lost.  Its nodes become orphans until then. */
void table_orphan(struct table *t, uint64_t owner, int64_t until_ns);
/* The same, but only satellites may come back: the others go at once. */
void table_orphan_satellites(struct table *t, uint64_t owner, int64_t until_ns);
/* All that this owner did not announce is to be confirmed. */
void table_orphan_others(struct table *t, uint64_t owner, int64_t until_ns);
/* Removes the orphans whose time is over.  When to look again. */
int64_t table_expire(struct table *t, int64_t now_ns);

/* Who owns the node; TABLE_NOBODY for an orphan or none. */
uint64_t table_owner(const struct table *t, const struct node_id *id);
/* A mark that table_node by another owner takes away. */
void table_confirm(struct table *t, const struct node_id *id);
bool table_confirmed(const struct table *t, const struct node_id *id);
uint32_t table_count(const struct table *t);
/* The last place in the boot services' queue that a core node has. */
uint32_t table_boots_last(const struct table *t);
/* The place of all that are no satellites. */
void table_boots(struct table *t, uint32_t place);

/* From the first mark on readers are told what has changed until the last one
 * (perhaps more), and nothing else makes them `behind'. */
void table_mark(struct table *t);

/* A pass says to one reader what has changed.
 *
 *          table_read               table_read: a mark's news is enough
 *   FRESH ───────────► ALL     IDLE ─────────────────────────────────► NEWS
 *                       ▲        │ else                                  │
 *                       └────────┘         another mark: a pass anew     │
 *   ALL, NEWS ── the pass is said, or table_reader_repeat ──► IDLE       │
 *   any ── table_reader_restart ──► FRESH        ALL, NEWS ◄─────────────┘
 *
 * A FRESH reader is told of no departure: the other side knows of no node.
 */
enum table_reader_state {
	TABLE_READER_FRESH,
	TABLE_READER_IDLE,
	TABLE_READER_ALL,
	TABLE_READER_NEWS,
};

/* A place in the sequence of changes.  {0} is before the first. */
struct table_reader {
	bool has_skip, has_any;
	struct node_id skip; /* says nothing of this node */
	uint8_t any_ip[16];  /* said for nodes whose address is "any" */

	/* What follows is table_read.c's. */
	enum table_reader_state state;
	uint64_t from, to; /* a pass says what changed after `from`, and ends
			    * with VIEW `to` */
	uint32_t marks;    /* marks that there were when the last pass ended */
	uint32_t
	    news_of; /* the mark whose news is said, in TABLE_READER_NEWS */
	size_t said; /* bytes of that news that were said */
	uint64_t departure; /* the next to say */
	uint32_t slot;      /* the next to say; */
	uint64_t described; /* its description that was begun with; 0: none */
	uint32_t image, block; /* the next to say of it */
};

/* As if new: for the other side to take as a whole view. */
void table_reader_restart(struct table_reader *r);
/* Says all again, and before it the departures that it has not said. */
void table_reader_repeat(struct table_reader *r);
/* There is something to read; what was begun is not said to the end. */
bool table_reader_midway(const struct table_reader *r);
bool table_reader_behind(const struct table *t, const struct table_reader *r);
/* Whole frames: bytes, 0 if there is nothing more.  -1, ESTALE: so far
 * behind that departures were forgotten; only a restart helps. */
ssize_t table_read(const struct table *t, struct table_reader *r, uint8_t *buf,
		   size_t len);

#endif
