/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_reader: reads a whole image once, from the router of this machine.
 *
 * Chunks are asked for in the order of the image.  At a time as many are asked
 * for as have IMAGE_READER_BYTES bytes, but not more than SLOTS_MAX
 * (image_reader.c).  They are handed to the caller in whatever order they come.
 * Nodes that read at the same time all read in this order.  So a store smaller
 * than the image has the chunks that other nodes are about to ask for
 * (router/policy/evict.h); and the trees (route.h) send the chunks of different
 * stripes to different nodes first.
 *
 * The router verifies each chunk before it sends the chunk.  This module
 * verifies it once more by the manifest, whose hash is the image's id, so that
 * an error on the way through this machine is noticed, too.
 *
 * If the router ends, this module waits for the next router, and reads on from
 * where it was. */
#ifndef VF_VFIELD_IMAGE_READER_H
#define VF_VFIELD_IMAGE_READER_H

#include <signal.h>
#include <stdint.h>

#include "lib/manifest.h"
#include "vfield/fetch_file.h"

/* How many bytes are asked for at a time, unless SLOTS_MAX chunks are fewer.
 * Arbitrary: as many as nbdcopy asks for. */
#define IMAGE_READER_BYTES (16U << 20)

struct image_reader_setup {
	const char *socket; /* path of the router's socket */
	const struct manifest *m;
	/* Called with each chunk, after it was verified.  Returns 0; or -1 to
	 * end reading, after writing the reason to why. */
	int (*take)(void *ctx, uint32_t chunk, const void *data, uint32_t len,
		    char *why);
	/* Called at least once in IMAGE_READER_MS milliseconds.  Returns 0; or
	 * -1 to end reading, after writing the reason to why. */
	int (*tick)(void *ctx, char *why);
	void *ctx;
};

#define IMAGE_READER_MS 200

/* Reads the image.  Returns 0; or -1 after writing the reason to why, which has
 * FETCH_WHY bytes. */
int image_reader_run(const struct image_reader_setup *s, char *why);

#endif
