/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* replay: the boot profile of an image (lib/boot_profile.h) at work.
 *
 * What clients here read of an image for the first time is noted, in order:
 * that is what `vfield image profile --record` asks for.  When a client
 * attaches an image that has a profile, the chunks that it names are fetched
 * ahead in its order, a window at a time, before anybody asks for them.
 */
#ifndef VF_ROUTER_WANT_REPLAY_H
#define VF_ROUTER_WANT_REPLAY_H

#include <stddef.h>
#include <stdint.h>

#include "lib/boot_profile.h"
#include "router/want/limits.h"

struct fetches;
struct image;
struct images;
struct replays;

struct replay_setup {
	struct images *images;
	struct fetches *fetches;
	const struct limits *limits;
};

/* NULL: ENOMEM.  Keeps what it is given. */
struct replays *replays_new(const struct replay_setup *s);
void replays_free(struct replays *rs);
/* Attaches an image's profile and notes, and takes them away.  -1: ENOMEM. */
int replay_image_opened(struct image *im);
void replay_image_closed(struct image *im);

/* A profile that has come from a peer, or lies beside the image: kept for
 * this image, whatever image it was recorded of, and for others that ask.
 * -1 and *why. */
int replay_take(struct replays *rs, struct image *im, const char *text,
		size_t len, const char **why);
int replay_take_file(struct replays *rs, struct image *im, const char *path,
		     const char **why);

/* Notes that a client reads these chunks. */
void replay_note(struct image *im, uint32_t first, uint32_t end);
/* A chunk that nobody had asked for has come. */
void replay_came_ahead(struct image *im, uint32_t chunk);
/* Chunks that came ahead and that no client has read since. */
uint32_t replay_unread(const struct image *im);
/* The profile that was noted so far, malloc'ed.  NULL: ENOMEM. */
struct profile *replay_noted(const struct image *im);
/* The number of chunks in an image's profile; 0: it has none. */
uint32_t replay_chunks(const struct image *im);

/* A client has attached the image. */
void replay_start(struct replays *rs, struct image *im);
/* Wants what may be wanted now, of all images. */
void replay_go_on(struct replays *rs);

#endif
