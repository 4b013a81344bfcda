/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_inside: declares what image.c and image_writes.c share; no other file
 * includes it. */
#ifndef VF_ROUTER_IMAGE_IMAGE_INSIDE_H
#define VF_ROUTER_IMAGE_IMAGE_INSIDE_H

#include "router/image/image.h"

struct images {
	const char *store_dir;
	const struct image_ops *ops;
	void *ctx;
	STAILQ_HEAD(, image) list;
	STAILQ_HEAD(, image) leaving;
	struct image_counts counts;
	int64_t warn_ns; /* when image_warn_lost may log again */
};

/* An image, with the fields that only this module uses. */
struct whole {
	struct image im; /* must be first: see whole_of */
	struct images *all;
	/* the chunk that image_keep_soon has noted; NULL: none */
	struct buffer *unkept;
	uint32_t unkept_chunk;
	uint32_t *pins; /* number of replies that point at each chunk */
	/* number of replies that point at any chunk of the image */
	uint64_t pinned;
	uint32_t *used;  /* value of `clock` when each chunk was last read */
	uint32_t clock;  /* counts the reads of chunks, for `used` */
	uint32_t cursor; /* chunk at which images_look_over goes on */
	bool told_base;  /* true: it was logged that the image file is wrong */
	char *file;      /* path of the image file; NULL: this is no seed */
	/* chunks that threads are to write to the store or to remove from it */
	uint32_t jobs;
	/* if jobs > 0: bytes that the store will hold after them */
	uint64_t bytes;
	/* chunks that are not held any more, and that a thread is to remove
	 * from the store */
	struct bitmap *dropped;
};

static inline struct whole *
whole_of(struct image *im)
{
	return (struct whole *)im;
}

static inline const struct whole *
whole_const(const struct image *im)
{
	return (const struct whole *)im;
}

/* Notes that the chunk is held. */
void image_note_held(struct whole *w, uint32_t chunk);
/* Notes that the chunk is not held any more. */
void image_note_gone(struct whole *w, uint32_t chunk);

#endif
