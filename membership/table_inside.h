/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* table_inside: the table itself, for table.c, which keeps it, table_news.c,
 * which puts its news together, and table_read.c, which says it.
 */
#ifndef VF_MEMBERSHIP_TABLE_INSIDE_H
#define VF_MEMBERSHIP_TABLE_INSIDE_H

#include <sys/queue.h>

#include "membership/wire/hold.h"
#include "membership/table.h"

#define BUCKETS 1024
/* A frame of HOLD fits a reader's least buffer. */
#define FRAME_BYTES TABLE_READ_MIN
#define BLOCK_WORDS 8 /* words that a reader without news is told together */

/* The chunks of one image that a node holds. */
struct held {
	struct digest image;
	uint32_t nchunks, nwords, nblocks;
	uint64_t tail;    /* the last word's bits that are chunks */
	uint64_t *words;  /* chunks that are held */
	uint64_t *fresh;  /* chunks that have changed since the last mark */
	uint64_t *change; /* each block's last change */
};

/* Drawn in table.h. */
enum entry_state { ORPHAN, OWNED, CONFIRMED };

struct entry {
	LIST_ENTRY(entry) chain; /* links the entries of a hash bucket */
	uint32_t slot;
	struct proto_node node;
	enum entry_state state;
	uint64_t owner;          /* TABLE_NOBODY: an ORPHAN */
	int64_t orphan_until_ns; /* the time at which an ORPHAN goes */
	uint64_t described;      /* the change that `node` is of */
	/* the number of the last change of node or held */
	uint64_t changed;
	struct held *held[PROTO_IMAGES_MAX]; /* NULL: complete, or too much */
};

struct departure {
	struct node_id id;
	enum proto_reason reason;
	uint64_t change;
};

struct table {
	uint64_t change;
	uint32_t count, nslots;
	struct entry *slots[TABLE_NODES_MAX];
	LIST_HEAD(, entry) buckets[BUCKETS];
	size_t held_bytes;
	uint64_t departures; /* nodes that went since the table was made */
	struct departure gone[TABLE_GONE_MAX];

	/* The last mark, and what has changed between the mark before and this
	 * one. */
	uint32_t marks;
	uint64_t mark_from, mark_to;
	bool have_news; /* false: no memory, or more than NEWS_MAX */
	uint8_t *news;  /* whole frames */
	size_t nnews, room_of_news;
};

/* The blocks from b on, `most` at most, that have changed since `from`. */
uint32_t table_run_of_blocks(const struct held *h, uint32_t b, uint64_t from,
			     uint32_t most);
/* A part of n blocks from b on, without words that the image has not. */
struct hold_part table_part_of(const struct entry *e, uint32_t image,
			       uint32_t b, uint32_t n);
struct entry *table_find(const struct table *t, const struct node_id *id);

#endif
