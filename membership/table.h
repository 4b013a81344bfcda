/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* table: keeps the nodes that are known, who announced each, and which chunks
 * each holds.
 *
 * Pure state.  A member has two tables: `mine`, of what its own guests
 * announce, and `view`, of what the group's members announce.  Every change has
 * a number.  A reader, to whom the table is sent, is only a place in the
 * sequence of changes: table_read writes, as frames, what has changed after
 * that place.  So no queue is kept for a slow reader, which skips what is out
 * of date.
 *
 * table_mark writes the news once for all readers: which chunks nodes have
 * taken and dropped between the last mark and this one, in a few bytes for each
 * node.  A reader that was sent everything up to the last mark is then sent
 * just the
 * news.  A reader that is new or slow is sent the changed parts of the bitmaps
 * instead.
 *
 * Owners   A node's owner is who has announced it last: a guest, by its number,
 *          in `mine`, and a member in `view`.  HOLD and GONE count only if they
 *          come from the owner.  A node whose owner is lost is an orphan, and
 *          is removed unless it is announced anew in time:
 *
 *                         table_node             table_confirm
 *             (unknown) ─────────────► OWNED ────────────────────► CONFIRMED
 *             OWNED, CONFIRMED ── table_orphan… ──► ORPHAN
 *             ORPHAN, CONFIRMED ── table_node, by another owner ──► OWNED
 *             OWNED, CONFIRMED ── table_gone, by the owner ──► (unknown)
 *             ORPHAN ── its time is over: table_expire ──► (unknown)
 *
 * Limits   TABLE_NODES_MAX nodes, TABLE_HELD_BYTES for all bitmaps.  A node for
 *          which there is no room is refused.  A bitmap for which there is no
 *          room is not kept, so that its node seems to hold nothing of the
 *          image.
 * Errors   a call about an unknown node, by an owner that is not the node's, or
 *          with chunks out of range, is ignored.
 */
#ifndef VF_MEMBERSHIP_TABLE_H
#define VF_MEMBERSHIP_TABLE_H

#include "membership/wire/proto.h"

/* The most nodes in a table.  Not more than PROTO_NUMBER_TWIN, since a node's
 * slot is its number in frames. */
#define TABLE_NODES_MAX 4095
/* The most bytes that the structs `held` (table_inside.h), one for each node
 * and image, take together.  Arbitrary: each has two bitmaps and a number for
 * each block, so this is enough for 4096 nodes with an image of 61,000
 * chunks. */
#define TABLE_HELD_BYTES (64U << 20)
/* The number of departures, the last ones, that are kept for readers.
 * Arbitrary: enough for every node to leave once. */
#define TABLE_GONE_MAX 4096
/* Bytes that the buffer for table_read has at least.  They must hold the
 * longest NODE, which takes 3 KB (proto.h). */
#define TABLE_READ_MIN 4096
/* The owner of an orphan or of an unknown node. */
#define TABLE_NOBODY UINT64_MAX
#define TABLE_NEVER INT64_MAX

struct table;

struct table *table_new(void);
void table_free(struct table *t);

/* Adds the node n, or describes it anew, as `owner` announces it.  Returns 0,
 * or -1 and sets errno: ENOSPC, ENOMEM. */
int table_node(struct table *t, uint64_t owner, const struct proto_node *n);
/* Changes the bitmap of the node and image that h names, as h says. */
void table_hold(struct table *t, uint64_t owner, const struct proto_hold *h);
/* Removes the node, so that readers are sent a GONE with the reason. */
void table_gone(struct table *t, uint64_t owner, const struct node_id *id,
		enum proto_reason reason);

/* Called when `owner` is lost: makes its nodes orphans until until_ns. */
void table_orphan(struct table *t, uint64_t owner, int64_t until_ns);
/* Called when `owner` is lost: makes its satellites orphans until until_ns, and
 * removes its other nodes at once, as lost. */
void table_orphan_satellites(struct table *t, uint64_t owner, int64_t until_ns);
/* Makes the nodes of all owners but `owner` orphans until until_ns. */
void table_orphan_others(struct table *t, uint64_t owner, int64_t until_ns);
/* Removes, as lost, the orphans whose time is over.  Returns the time in ns at
 * which the next orphan's time is over; TABLE_NEVER: there is no orphan. */
int64_t table_expire(struct table *t, int64_t now_ns);

/* Returns the node's owner; TABLE_NOBODY: the node is an orphan, or unknown. */
uint64_t table_owner(const struct table *t, const struct node_id *id);
/* Makes the node CONFIRMED, since the group has delivered this member's own
 * NODE of it.  It stays so until another owner announces the node. */
void table_confirm(struct table *t, const struct node_id *id);
bool table_confirmed(const struct table *t, const struct node_id *id);
/* Returns the node as its owner described it; NULL: the node is unknown. */
const struct proto_node *table_described(const struct table *t,
					 const struct node_id *id);
/* Sends the node, and which chunks it holds, to all readers again, as if all of
 * it had changed. */
void table_repeat(struct table *t, const struct node_id *id);
/* Sends the CONFIRMED nodes that `view` lacks to all readers again.  Another
 * member may have announced such a node for a machine of the same id, and has
 * removed it from the view when that machine was gone. */
void table_repeat_missing(struct table *t, const struct table *view);
uint32_t table_count(const struct table *t);
/* Returns the greatest place in the turn queue of boot services that a core
 * node has; 0: none has a place. */
uint32_t table_boots_last(const struct table *t);
/* Gives this place in the turn queue of boot services to all nodes that are no
 * satellites. */
void table_boots(struct table *t, uint32_t place);

/* Makes a mark after the last change, and writes the news.  Once there is a
 * mark, a reader counts as behind only if it lacks changes before the last
 * mark, though it may be sent later ones too. */
void table_mark(struct table *t);

/* A pass sends one reader what has changed, in as many buffers as that takes:
 * ALL changes after the reader's place, or just the NEWS of the last mark, if
 * these are all that the reader lacks.
 *
 *   FRESH ── table_read ──► ALL
 *   IDLE ── table_read ──► NEWS, or ALL
 *   NEWS ── table_read, after another mark ──► ALL
 *   ALL, NEWS ── the pass is complete, or table_reader_repeat ──► IDLE
 *   any ── table_reader_restart ──► FRESH
 *
 * A FRESH reader is sent no departures, since its other side knows no nodes.
 */
enum table_reader_state {
	TABLE_READER_FRESH,
	TABLE_READER_IDLE,
	TABLE_READER_ALL,
	TABLE_READER_NEWS,
};

/* A place in the sequence of changes; a struct of zeroes is before the first.
 */
struct table_reader {
	/* version of the frames that are written; 0: PROTO_LOWEST */
	uint32_t spoken;
	bool has_skip, has_any; /* whether skip and any_ip are set */
	/* the reader takes FLAGS, if it speaks a version that has them */
	bool takes_flags;
	struct node_id skip; /* the node that is not sent to this reader */
	uint8_t any_ip[16];  /* address sent for nodes that listen on "any" */

	/* Only table_read.c uses the rest. */
	enum table_reader_state state;
	/* a pass sends the changes after `from` up to `to`, and VIEW `to` */
	uint64_t from, to;
	uint32_t marks;     /* table.marks when the last pass ended */
	uint32_t news_of;   /* table.marks when this pass began */
	size_t said;        /* bytes of the news already sent */
	uint64_t departure; /* the next departure to send */
	uint32_t slot;      /* the next slot to send */
	/* the field `described` of the entry in `slot`, as it was when the pass
	 * began to send that entry; 0: not begun */
	uint64_t described;
	/* image of that entry, and block of its bitmap, to be sent next */
	uint32_t image, block;
};

/* Called when the reader's other side has forgotten all that it was sent: makes
 * table_read write the whole table again, without departures. */
void table_reader_restart(struct table_reader *r);
/* Makes table_read write the whole table again, after the departures that the
 * reader was not sent yet. */
void table_reader_repeat(struct table_reader *r);
/* Returns true if a pass has begun and is not complete. */
bool table_reader_midway(const struct table_reader *r);
/* Returns true if table_read has something to write for the reader. */
bool table_reader_behind(const struct table *t, const struct table_reader *r);
/* Writes whole frames for the reader to buf, and moves the reader on.  Returns
 * the number of bytes; 0: there is nothing more to send.  Returns -1 with errno
 * ESTALE if departures that the reader was not sent are no longer kept: then it
 * has to be restarted. */
ssize_t table_read(const struct table *t, struct table_reader *r, uint8_t *buf,
		   size_t len);

#endif
