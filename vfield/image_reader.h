/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_reader: reads all of an image once, from the router of this machine.
 *
 * Chunks are asked for in the order of the image, IMAGE_READER_BYTES of them at
 * a time, and handed on in whatever order they come.  All nodes that read at
 * once read in this order: the router's trees give each chunk to one node
 * first, another for each stripe, and stores smaller than the image hold
 * what the others are about to ask for (router/policy/route.h, evict.h).
 *
 * The router has checked each chunk before it sends it.  The reader checks it
 * once more against the manifest, whose hash is the id of the image, so bytes
 * are good whatever has become of them on their way through this machine.
 *
 * A router that ends is waited for, and reading goes on where it was.
 */
#ifndef VF_VFIELD_IMAGE_READER_H
#define VF_VFIELD_IMAGE_READER_H

#include <signal.h>
#include <stdint.h>

#include "lib/manifest.h"
#include "vfield/fetch_file.h"

/* Bytes that are asked for at a time.  Chosen: what nbdcopy asks for. */
#define IMAGE_READER_BYTES (16U << 20)

struct image_reader_setup {
	const char *socket; /* path of the router's socket */
	const struct manifest *m;
	/* Takes a chunk that was found right.  Returns 0; -1: reading ends, and
	 * why has the reason. */
	int (*take)(void *ctx, uint32_t chunk, const void *data, uint32_t len,
		    char *why);
	/* Is called at least every IMAGE_READER_MS.  Returns 0; -1: as above.
	 */
	int (*tick)(void *ctx, char *why);
	void *ctx;
};

#define IMAGE_READER_MS 200

/* Reads the image.  Returns 0; -1: why, of FETCH_WHY bytes, has the reason. */
int image_reader_run(const struct image_reader_setup *s, char *why);

#endif
