/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* table_inside: declares the table's structs, for table.c, which changes them,
 * table_news.c, which writes the news, and table_read.c, which writes frames
 * for readers.
 */
#ifndef VF_MEMBERSHIP_TABLE_INSIDE_H
#define VF_MEMBERSHIP_TABLE_INSIDE_H

#include <sys/queue.h>

#include "membership/wire/hold.h"
#include "membership/table.h"

#define BUCKETS 1024
/* The most bytes of a frame HOLD: as many as the smallest buffer for table_read
 * has. */
#define FRAME_BYTES TABLE_READ_MIN
/* Bitmap words of a block: table_read sends a changed block as a whole. */
#define BLOCK_WORDS 8

/* The chunks of one image that a node holds. */
struct held {
	struct digest image;
	/* chunks of the whole image; bitmap words; blocks of words */
	uint32_t nchunks, nwords, nblocks;
	uint64_t tail; /* bits of the last bitmap word that stand for chunks */
	uint64_t *words; /* bitmap: chunks that are held */
	/* bitmap: chunks that have changed since the last mark */
	uint64_t *fresh;
	uint64_t *change; /* for each block, the number of its last change */
};

/* The states of a node's entry, drawn in table.h. */
enum entry_state { ORPHAN, OWNED, CONFIRMED };

struct entry {
	LIST_ENTRY(entry) chain; /* links the entries of a hash bucket */
	uint32_t slot;
	struct proto_node node;
	enum entry_state state;
	/* announcer of the node; TABLE_NOBODY, if ORPHAN */
	uint64_t owner;
	int64_t orphan_until_ns; /* when an ORPHAN is removed */
	uint64_t described;      /* number of the last change of `node` */
	/* number of the last change of `node` beyond its flags */
	uint64_t whole;
	/* number of the last change of `node` or `held` */
	uint64_t changed;
	/* the node's chunks of each image, by the image's index; NULL: the node
	 * holds all of it, or there was no room */
	struct held *held[PROTO_IMAGES_MAX];
};

/* A node that has left. */
struct departure {
	struct node_id id;
	enum proto_reason reason;
	uint64_t change; /* number of the change that removed the node */
};

struct table {
	uint64_t change; /* number of the last change */
	/* count: nodes that are known now; nslots: slots that were ever used */
	uint32_t count, nslots;
	struct entry *slots[TABLE_NODES_MAX];
	LIST_HEAD(, entry) buckets[BUCKETS];
	size_t held_bytes;   /* bytes of all structs `held` */
	uint64_t departures; /* nodes that left since the table was made */
	/* the last departures; departure n is at n modulo TABLE_GONE_MAX */
	struct departure gone[TABLE_GONE_MAX];

	uint32_t marks; /* how many marks were made */
	/* number of the last change at the mark before the last, and at the
	 * last mark */
	uint64_t mark_from, mark_to;
	/* `news` is whole; false: memory was short, or the news exceeded
	 * NEWS_MAX */
	bool have_news;
	uint8_t *news; /* whole frames: the changes from mark_from to mark_to */
	/* nnews: bytes of news; room_of_news: bytes that are allocated */
	size_t nnews, room_of_news;
};

/* Returns how many blocks in a row, counted from block b on and up to `most`,
 * have changed after the change `from`. */
uint32_t table_run_of_blocks(const struct held *h, uint32_t b, uint64_t from,
			     uint32_t most);
/* Returns a part for a HOLD with the chunks that the node e holds of its image
 * of index `image`: those in n blocks from block b on, or up to the bitmap's
 * end. */
struct hold_part table_part_of(const struct entry *e, uint32_t image,
			       uint32_t b, uint32_t n);
/* Returns the node's entry; NULL: the node is unknown. */
struct entry *table_find(const struct table *t, const struct node_id *id);

#endif
