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
 *                         table_node             table_confirm
 *             (unknown) ─────────────► OWNED ────────────────────► CONFIRMED
 *             OWNED, CONFIRMED ── table_orphan… ──► ORPHAN
 *             ORPHAN, CONFIRMED ── table_node, by another ──► OWNED
 *             OWNED, CONFIRMED ── table_gone, by the owner ──► (unknown)
 *             ORPHAN ── its time is over: table_expire ──► (unknown)
 *
 * Limits   TABLE_NODES_MAX nodes, TABLE_HELD_BYTES for all bitmaps.  A node
 *          beyond the one is refused, a bitmap beyond the other is not kept:
 *          that node then seems to hold nothing.
 * Errors   what is unknown, foreign or out of range is ignored.
 */
#ifndef VF_MEMBERSHIP_TABLE_H
#define VF_MEMBERSHIP_TABLE_H

#include "membership/wire/proto.h"

/* PROTO_NUMBERS_MAX: a slot is a number. */
#define TABLE_NODES_MAX 4096
/* Bytes.  Chosen: 4096 nodes of 60,000 chunks. */
#define TABLE_HELD_BYTES (64U << 20)
/* Departures that are kept for readers.  Chosen: all nodes, once. */
#define TABLE_GONE_MAX 4096
/* Bytes of the least buffer for table_read: the longest NODE takes half. */
#define TABLE_READ_MIN 4096
#define TABLE_NOBODY UINT64_MAX
#define TABLE_NEVER INT64_MAX

struct table;

struct table *table_new(void);
void table_free(struct table *t);

/* The node is announced, anew or again.  -1: ENOSPC, ENOMEM. */
int table_node(struct table *t, uint64_t owner, const struct proto_node *n);
void table_hold(struct table *t, uint64_t owner, const struct proto_hold *h);
void table_gone(struct table *t, uint64_t owner, const struct node_id *id,
		enum proto_reason reason);

/* Nodes of an owner that is lost become orphans until then. */
void table_orphan(struct table *t, uint64_t owner, int64_t until_ns);
/* Satellites of an owner that is lost become orphans, other nodes go at once,
 * as lost. */
void table_orphan_satellites(struct table *t, uint64_t owner, int64_t until_ns);
/* Makes orphans, until a time, of nodes that this owner did not announce. */
void table_orphan_others(struct table *t, uint64_t owner, int64_t until_ns);
/* Orphans whose time is over go, as lost.  The time at which to look again. */
int64_t table_expire(struct table *t, int64_t now_ns);

/* The node's owner; TABLE_NOBODY: it is an orphan, or unknown. */
uint64_t table_owner(const struct table *t, const struct node_id *id);
/* The group has delivered the owner's word; table_node by another owner undoes
 * it. */
void table_confirm(struct table *t, const struct node_id *id);
bool table_confirmed(const struct table *t, const struct node_id *id);
/* The node's description; NULL: it is unknown. */
const struct proto_node *table_described(const struct table *t,
					 const struct node_id *id);
/* The node is said again as if it had changed. */
void table_repeat(struct table *t, const struct node_id *id);
uint32_t table_count(const struct table *t);
/* The last place in the boot services' queue that a core node has. */
uint32_t table_boots_last(const struct table *t);
/* All nodes that are no satellites take this place. */
void table_boots(struct table *t, uint32_t place);

/* Makes a mark, up to which readers are told, from the first mark on: nothing
 * else makes them `behind' (they may be told more). */
void table_mark(struct table *t);

/* A pass says to one reader what has changed: ALL of it, or the NEWS of the
 * last mark where that is enough.
 *
 *   FRESH ── table_read ──► ALL
 *   IDLE ── table_read ──► NEWS, or ALL
 *   NEWS ── table_read, after another mark ──► ALL
 *   ALL, NEWS ── the pass is said, or table_reader_repeat ──► IDLE
 *   any ── table_reader_restart ──► FRESH
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
	uint32_t spoken; /* the version of the frames; 0: PROTO_LOWEST */
	bool has_skip, has_any;
	struct node_id skip; /* a node that this reader is not told of */
	uint8_t any_ip[16];  /* the address of nodes on "any" */

	/* The rest is table_read.c's. */
	enum table_reader_state state;
	uint64_t from, to; /* a pass says what changed after `from`, and ends
			    * with VIEW `to` */
	uint32_t marks;    /* marks that there were when the last pass ended */
	uint32_t
	    news_of; /* the mark whose news is said, in TABLE_READER_NEWS */
	size_t said; /* bytes of the mark's news that were said */
	uint64_t departure; /* the next departure to say */
	uint32_t slot;      /* the next slot to say; */
	uint64_t described; /* the description that was begun with, 0: none */
	uint32_t image, block; /* the next to say of the slot */
};

/* The reader is as if new; the other side is to take a whole view. */
void table_reader_restart(struct table_reader *r);
/* All is to be said again, and before it the departures not yet said. */
void table_reader_repeat(struct table_reader *r);
/* A pass that was begun is not said to the end. */
bool table_reader_midway(const struct table_reader *r);
/* The reader has something to read. */
bool table_reader_behind(const struct table *t, const struct table_reader *r);
/* Whole frames are put into buf: bytes, 0 if there is nothing more.  -1,
 * ESTALE: the reader is so far behind that departures were forgotten, and only
 * a restart helps. */
ssize_t table_read(const struct table *t, struct table_reader *r, uint8_t *buf,
		   size_t len);

#endif
