/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/want/replay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bitmap.h"
#include "lib/cleanup.h"
#include "router/fetch/fetch.h"
#include "router/image/image.h"

/* How many chunks of a profile are fetched at once.  Few, since a chunk that a
 * client reads and that is not in the profile arrives after these.  Less than
 * LINE_MANY, since more would not come sooner by the line. */
#define WINDOW 4

struct replay {
	/* boot profile of the image; NULL: it has none */
	struct profile *profile;
	bool running;
	/* index in the profile of the next chunk to be fetched */
	uint32_t next;
	/* index in the profile: no chunk before it is being fetched */
	uint32_t arrived;
	struct bitmap *seen;  /* chunks that a client has read */
	struct bitmap *ahead; /* chunks fetched ahead that no client has read */
	struct profile
	    *noted;    /* chunks in the order in which clients read them */
	uint32_t room; /* number of chunks for which `noted` has room */
};

struct replays {
	struct replay_setup of;
};

struct replays *
replays_new(const struct replay_setup *s)
{
	struct replays *rs = calloc(1, sizeof *rs);

	if (rs != NULL)
		rs->of = *s;
	return rs;
}

void
replays_free(struct replays *rs)
{
	free(rs);
}

int
replay_image_opened(struct image *im)
{
	struct replay *p = calloc(1, sizeof *p);

	im->replay = p;
	if (p == NULL)
		return -1;
	p->seen = bitmap_new(im->m->nchunks);
	p->ahead = bitmap_new(im->m->nchunks);
	return p->seen != NULL && p->ahead != NULL ? 0 : -1;
}

void
replay_image_closed(struct image *im)
{
	struct replay *p = im->replay;

	if (p == NULL)
		return;
	bitmap_free(p->seen);
	bitmap_free(p->ahead);
	free(p->profile);
	free(p->noted);
	free(p);
	im->replay = NULL;
}

/* Writes the profile to the store, from which the plugin serves it.  Returns 0,
 * or -1 and errno. */
static int
save(const struct image *im)
{
	AUTO_FREE char *text = NULL;
	size_t len;

	text = profile_text(im->replay->profile, &len);
	if (text == NULL)
		return -1;
	return store_put_profile(im->store, text, len);
}

static int
take(struct replays *rs, struct image *im, struct profile *fresh,
     const char **why)
{
	if (fresh == NULL)
		return -1;
	fresh->image = im->m->id;
	free(im->replay->profile);
	im->replay->profile = fresh;
	if (save(im) == -1) {
		*why = strerror(errno);
		return -1;
	}
	if (im->users > 0)
		replay_start(rs, im);
	return 0;
}

int
replay_take(struct replays *rs, struct image *im, const char *text, size_t len,
	    const char **why)
{
	return take(rs, im, profile_parse(text, len, im->m->nchunks, why), why);
}

int
replay_take_file(struct replays *rs, struct image *im, const char *path,
		 const char **why)
{
	return take(rs, im, profile_load(path, im->m->nchunks, why), why);
}

static int
make_room(struct image *im)
{
	struct replay *p = im->replay;
	uint32_t room = p->room > 0 ? 2 * p->room : 256;
	struct profile *more;

	if (p->noted != NULL && p->noted->n < p->room)
		return 0;
	more = profile_new(&im->m->id, room);
	if (more == NULL)
		return -1;
	if (p->noted != NULL) {
		memcpy(more->chunks, p->noted->chunks,
		       p->noted->n * sizeof *more->chunks);
		more->n = p->noted->n;
	}
	free(p->noted);
	p->noted = more;
	p->room = room;
	return 0;
}

void
replay_note(struct image *im, uint32_t first, uint32_t end)
{
	struct replay *p = im->replay;

	for (uint32_t c = first; c < end; c++) {
		bitmap_remove(p->ahead, c);
		if (bitmap_has(p->seen, c))
			continue;
		if ((p->noted != NULL && p->noted->n == PROFILE_CHUNKS_MAX) ||
		    make_room(im) == -1)
			return;
		bitmap_add(p->seen, c);
		p->noted->chunks[p->noted->n++] = c;
	}
}

void
replay_came_ahead(struct image *im, uint32_t chunk)
{
	bitmap_add(im->replay->ahead, chunk);
}

uint32_t
replay_unread(const struct image *im)
{
	return bitmap_count(im->replay->ahead);
}

struct profile *
replay_noted(const struct image *im)
{
	const struct profile *noted = im->replay->noted;
	uint32_t n = noted != NULL ? noted->n : 0;
	struct profile *copy = profile_new(&im->m->id, n);

	if (copy == NULL)
		return NULL;
	if (n > 0)
		memcpy(copy->chunks, noted->chunks, n * sizeof *copy->chunks);
	copy->n = n;
	return copy;
}

uint32_t
replay_chunks(const struct image *im)
{
	return im->replay->profile != NULL ? im->replay->profile->n : 0;
}

void
replay_start(struct replays *rs, struct image *im)
{
	struct replay *p = im->replay;

	if (p->profile == NULL)
		return;
	p->running = true;
	p->next = p->arrived = 0;
	replay_go_on(rs);
}

/* Returns how many chunks of the profile may be fetched: as many as the store
 * can keep until they are read. */
static uint32_t
limit(const struct replays *rs, const struct image *im)
{
	uint64_t fits = rs->of.limits->budget / im->m->chunk_size / 2;
	uint32_t n = im->replay->profile->n;

	return fits < n ? fits : n;
}

/* Returns how many chunks are fetched at once: one more with each chunk that
 * has arrived, up to WINDOW.  Machines that attach at the same moment ask by
 * the trees until they have heard of each other.  If they began with a full
 * window they would all be at the same chunk when they begin to ask by the
 * line, where each should be ahead of the next. */
static uint32_t
opening(const struct replays *rs, const struct replay *p)
{
	uint64_t window = rs->of.limits->window;
	uint32_t most = window < WINDOW ? window : WINDOW;

	return p->arrived < most ? p->arrived + 1 : most;
}

static void
go_on(struct replays *rs, struct image *im)
{
	struct replay *p = im->replay;
	const uint32_t *chunks = p->profile->chunks;
	uint32_t end = limit(rs, im);

	while (p->arrived < p->next &&
	       !bitmap_has(im->coming, chunks[p->arrived]))
		p->arrived++;
	while (p->next < end && p->next - p->arrived < opening(rs, p)) {
		uint32_t c = chunks[p->next];

		if (!bitmap_has(im->have, c) &&
		    fetch_want(rs->of.fetches, im, c, FETCH_AHEAD) == NULL)
			return;
		p->next++;
		if (p->arrived + 1 == p->next && !bitmap_has(im->coming, c))
			p->arrived++;
	}
	p->running = p->next < end;
}

void
replay_go_on(struct replays *rs)
{
	struct image *im;

	IMAGES_FOREACH (im, rs->of.images)
		if (im->replay->running)
			go_on(rs, im);
}
