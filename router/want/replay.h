/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* replay: records and replays the boot profile of an image
 * (lib/boot_profile.h).
 *
 * Which chunks this node's clients read, in the order of their first reads, is
 * noted for `vfield image profile --record`.  When a client attaches an image
 * that has a profile, the chunks that the profile lists are fetched ahead in
 * its order, a few at a time.
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

/* Makes a struct replays.  The pointers in *s must stay valid until
 * replays_free. Returns NULL on ENOMEM. */
struct replays *replays_new(const struct replay_setup *s);
void replays_free(struct replays *rs);
/* Allocate and free the part of an image that holds its profile and the chunks
 * read here (image.replay).  replay_image_opened returns -1 on ENOMEM. */
int replay_image_opened(struct image *im);
void replay_image_closed(struct image *im);

/* Take a profile as this image's: replay_take from `text`, which a peer has
 * sent, and replay_take_file from a file.  The profile may have been recorded
 * from another image.  It is saved in the store, from which the plugin serves
 * it to other nodes.  Return 0; or return -1 and set *why to the reason, if the
 * profile is malformed or cannot be saved. */
int replay_take(struct replays *rs, struct image *im, const char *text,
		size_t len, const char **why);
int replay_take_file(struct replays *rs, struct image *im, const char *path,
		     const char **why);

/* Notes that a client reads the chunks from first to before end. */
void replay_note(struct image *im, uint32_t first, uint32_t end);
/* Notes that a chunk which was fetched ahead has arrived. */
void replay_came_ahead(struct image *im, uint32_t chunk);
/* Returns how many chunks were fetched ahead and not read by a client since. */
uint32_t replay_unread(const struct image *im);
/* Returns a copy of the profile that was noted so far, for the caller to free;
 * NULL: ENOMEM. */
struct profile *replay_noted(const struct image *im);
/* Returns the number of chunks in the image's profile; 0: it has none. */
uint32_t replay_chunks(const struct image *im);

/* Begins to replay the image's profile, if it has one, for a client that has
 * attached the image. */
void replay_start(struct replays *rs, struct image *im);
/* Starts fetches of the next chunks in all profiles that are being replayed, as
 * far as their windows allow. */
void replay_go_on(struct replays *rs);

#endif
