/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Reading a whole export: chunks that are held come from the store.  At the
 * first chunk that is not held, or that the router has only found there
 * (CHUNK_FOUND), the router is asked, once, to have the rest of the range held;
 * a chunk that is missing even then (it could not be kept, or was dropped
 * again) is read through the router.  So no read depends on room in this node's
 * store, nor on this process's right to open the image file.
 *
 * Reading NAME/held never waits for another node: the router's export of that
 * name has the chunk verified, or says at once that it is not held.  While the
 * router cannot say so, the chunk is verified here, and again for each reader,
 * since the router alone marks chunks as held.
 */
#include "nbdkit-plugin/exports.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/export_names.h"
#include "lib/image_name.h"
#include "lib/pread_all.h"
#include "lib/boot_profile.h"
#include "nbdkit-plugin/upstream.h"

/* While the router does not answer in this time, in milliseconds, NAME/held
 * goes without, and asks it again after so many seconds.  Chosen: a router that
 * lives answers in a few milliseconds. */
#define ROUTER_ANSWERS_MS 1000
#define ROUTER_AGAIN_S 5

struct export
{
	enum export_kind kind;
	enum served_to asker;
	char *stats; /* the text of /stats; NULL for other exports */
	struct stores *stores;
	/* the image's store; NULL: /view or /stats */
	const struct store *store;
	/* connections to the router's export of the whole image, or of
	 * NAME/held; NULL: the router is never asked */
	struct upstream *upstream;
	/* when NAME/held asks a router that did not answer again; 0: at once */
	_Atomic time_t again_s;
	/* descriptor of the file of manifest, profile or view; -1: no such
	 * file */
	int fd;
	uint64_t size;
};

/* The part of a range that lies in one chunk. */
struct piece {
	uint32_t chunk;
	uint32_t offset; /* bytes from the chunk's start */
	uint32_t len;
};

static bool
strip(const char *name, size_t *len, const char *suffix)
{
	size_t n = strlen(suffix);

	if (*len < n || memcmp(name + *len - n, suffix, n) != 0)
		return false;
	*len -= n;
	return true;
}

/* Splits the name of an export into its kind, the kind of client that uses such
 * a name, and the image's name (X of exports.h).  Returns 0, or -1 with errno
 * ENOENT if no export can have the name. */
static int
parse(const char *name, enum export_kind *kind, enum served_to *asker,
      char image[IMAGE_NAME_TEXT])
{
	size_t len = strlen(name);
	struct image_name n;

	image[0] = '\0';
	*asker = SERVED_PEERS;
	if (strcmp(name, EXPORT_NAME_VIEW) == 0) {
		*kind = EXPORT_VIEW;
		return 0;
	}
	if (strcmp(name, EXPORT_NAME_STATS) == 0) {
		*kind = EXPORT_STATS;
		return 0;
	}
	*kind = EXPORT_WHOLE;
	if (strip(name, &len, EXPORT_SUFFIX_HELD))
		*kind = EXPORT_HELD;
	else if (strip(name, &len, EXPORT_SUFFIX_LINE))
		*kind = EXPORT_LINE;
	else if (strip(name, &len, EXPORT_SUFFIX_MANIFEST))
		*kind = EXPORT_MANIFEST;
	else if (strip(name, &len, EXPORT_SUFFIX_PROFILE))
		*kind = EXPORT_PROFILE;
	if (len >= IMAGE_NAME_TEXT || image_name_parse(name, len, &n) == -1) {
		errno = ENOENT;
		return -1;
	}
	if (*kind == EXPORT_WHOLE && strlen(n.id) < DIGEST_HEX - 1)
		*asker = SERVED_CLIENTS;
	memcpy(image, name, len);
	image[len] = '\0';
	return 0;
}

/* Opens the file at `path`, of at most `max` bytes, for e to serve.  Such a
 * file is replaced, never changed, so what e reads from its descriptor never
 * changes.  Returns 0, or -1 and sets errno. */
static int
open_file(struct export *e, const char *path, uint64_t max)
{
	struct stat st;

	e->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (e->fd == -1 || fstat(e->fd, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > max) {
		errno = EFBIG;
		return -1;
	}
	e->size = st.st_size;
	return 0;
}

static int
open_view(struct export *e, const struct export_source *src)
{
	AUTO_FREE char *path = NULL;

	if (src->dir == NULL) {
		errno = ENOENT;
		return -1;
	}
	if (asprintf(&path, "%s/view", src->dir) == -1) {
		path = NULL;
		return -1;
	}
	return open_file(e, path, EXPORT_VIEW_MAX);
}

static int
open_stats(struct export *e, const struct export_source *src)
{
	struct served *s = src->served;
	int n;

	e->stats = malloc(EXPORT_STATS_BYTES + 1);
	if (e->stats == NULL)
		return -1;
	n = snprintf(e->stats, EXPORT_STATS_BYTES,
		     "{\"stats\":1,\"version\":\"" VF_VERSION "\",\"served\":{"
		     "\"peers\":{\"bytes\":%" PRIu64 ",\"connections\":%" PRIu64
		     ",\"now\":%" PRIu64 "},\"clients\":{\"bytes\":%" PRIu64
		     ",\"connections\":%" PRIu64 ",\"now\":%" PRIu64
		     "},\"refused\":%" PRIu64 "}}",
		     s->bytes[SERVED_PEERS], s->connections[SERVED_PEERS],
		     s->now[SERVED_PEERS], s->bytes[SERVED_CLIENTS],
		     s->connections[SERVED_CLIENTS], s->now[SERVED_CLIENTS],
		     s->refused);
	memset(e->stats + n, ' ', EXPORT_STATS_BYTES - n);
	e->stats[EXPORT_STATS_BYTES - 1] = '\n';
	e->size = EXPORT_STATS_BYTES;
	return 0;
}

static int
open_manifest(struct export *e, const struct export_source *src)
{
	AUTO_FREE char *path = NULL;
	char hex[DIGEST_HEX];

	if (src->dir == NULL)
		return open_file(e, src->manifest_file, MANIFEST_BYTES_MAX);
	digest_hex(&store_manifest(e->store)->id, hex);
	if (asprintf(&path, "%s/%s/manifest", src->dir, hex) == -1) {
		path = NULL;
		return -1;
	}
	return open_file(e, path, MANIFEST_BYTES_MAX);
}

/* Opens the boot profile for e to serve.  If the image has none, makes the
 * export empty, so that no client has to deal with an error.  Returns 0, or -1
 * and sets errno. */
static int
open_profile(struct export *e, const struct export_source *src)
{
	AUTO_FREE char *path = NULL;
	char hex[DIGEST_HEX];

	e->size = 0;
	if (src->dir == NULL)
		return 0;
	digest_hex(&store_manifest(e->store)->id, hex);
	if (asprintf(&path, "%s/%s/profile", src->dir, hex) == -1) {
		path = NULL;
		return -1;
	}
	if (open_file(e, path, PROFILE_BYTES_MAX) == -1 && errno != ENOENT)
		return -1;
	return 0;
}

bool
export_is_whole(const struct export *e)
{
	return e->kind == EXPORT_WHOLE || e->kind == EXPORT_LINE;
}

static int
open_upstream(struct export *e, const struct export_source *src)
{
	char name[DIGEST_HEX + sizeof EXPORT_SUFFIX_LINE +
		  sizeof EXPORT_SUFFIX_HELD];
	bool held = e->kind == EXPORT_HELD;

	if (src->router == NULL)
		return 0;
	digest_hex(&store_manifest(e->store)->id, name);
	if (e->kind == EXPORT_LINE)
		strcat(name, EXPORT_SUFFIX_LINE);
	if (held)
		strcat(name, EXPORT_SUFFIX_HELD);
	e->upstream =
	    upstream_new(src->router, name, held ? 0 : src->patience_s * 1000,
			 held ? ROUTER_ANSWERS_MS : 0);
	return e->upstream == NULL ? -1 : 0;
}

static int
open_kind(struct export *e, const struct export_source *src, const char *image)
{
	if (e->kind == EXPORT_VIEW)
		return open_view(e, src);
	if (e->kind == EXPORT_STATS)
		return open_stats(e, src);
	e->store = stores_get(src->stores, image);
	if (e->store == NULL)
		return -1;
	e->size = store_manifest(e->store)->size;
	if (e->kind == EXPORT_MANIFEST)
		return open_manifest(e, src);
	if (e->kind == EXPORT_PROFILE)
		return open_profile(e, src);
	return open_upstream(e, src);
}

struct export *
export_open(const struct export_source *src, const char *name)
{
	char image[IMAGE_NAME_TEXT];
	struct export *e = calloc(1, sizeof *e);
	int saved;

	if (e == NULL)
		return NULL;
	e->fd = -1;
	e->stores = src->stores;
	if (parse(name, &e->kind, &e->asker, image) == 0 &&
	    open_kind(e, src, image) == 0)
		return e;
	saved = errno;
	export_close(e);
	errno = saved;
	return NULL;
}

void
export_close(struct export *e)
{
	upstream_free(e->upstream);
	if (e->store != NULL)
		stores_put(e->stores, e->store);
	if (e->fd != -1)
		close(e->fd);
	free(e->stats);
	free(e);
}

enum served_to
export_asker(const struct export *e)
{
	return e->asker;
}

enum export_kind
export_kind(const struct export *e)
{
	return e->kind;
}

uint64_t
export_size(const struct export *e)
{
	return e->size;
}

const struct manifest *
export_manifest(const struct export *e)
{
	return e->store == NULL ? NULL : store_manifest(e->store);
}

static bool
in_bounds(const struct export *e, uint32_t count, uint64_t offset)
{
	return count <= e->size && offset <= e->size - count;
}

static struct piece
first_piece(const struct export *e, uint32_t count, uint64_t offset)
{
	uint32_t chunk_size = store_manifest(e->store)->chunk_size;
	struct piece p = {offset / chunk_size, offset % chunk_size, count};

	if (p.len > chunk_size - p.offset)
		p.len = chunk_size - p.offset;
	return p;
}

/* Returns true if, after store_read has failed with the present errno, the
 * router can be asked: it fetches a chunk that is missing or has wrong
 * bytes. */
static bool
router_can_help(const struct export *e)
{
	return e->upstream != NULL && (errno == ENODATA || errno == EBADMSG);
}

static time_t
now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* Reads a part of a chunk for NAME/held, after store_read has failed. */
static int
read_held(struct export *e, uint8_t *to, const struct piece *p, uint64_t offset)
{
	bool ask = e->upstream != NULL && now_s() >= e->again_s;

	if (ask && store_state(e->store, p->chunk) == CHUNK_FOUND &&
	    upstream_cache(e->upstream, p->len, offset) == -1 &&
	    errno == ETIMEDOUT)
		e->again_s = now_s() + ROUTER_AGAIN_S;
	if (store_read_found(e->store, p->chunk, p->offset, to, p->len) == 0)
		return 0;
	if (!ask || errno != ENODATA ||
	    store_state(e->store, p->chunk) == CHUNK_ABSENT)
		return -1;
	if (upstream_read(e->upstream, to, p->len, offset) == 0)
		return 0;
	errno = ENODATA;
	return -1;
}

/* Asks the router to put the chunks of a range into the store, from the start
 * of the first chunk on.  Returns 0, or -1 and sets errno. */
static int
ask_router(struct export *e, uint32_t count, uint64_t offset)
{
	uint32_t chunk_size = store_manifest(e->store)->chunk_size;
	uint64_t end = offset + count;

	for (uint64_t at = offset - offset % chunk_size; at < end;) {
		uint64_t len = end - at;

		if (len > UPSTREAM_REQUEST_MAX)
			len = UPSTREAM_REQUEST_MAX;
		if (upstream_cache(e->upstream, len, at) == -1)
			return -1;
		at += len;
	}
	return 0;
}

/* Returns true if, after upstream_cache has failed with the present errno, the
 * bytes can still be read by upstream_read. */
static bool
cannot_keep(void)
{
	switch (errno) {
	case ENOSPC:
	case ENOMEM:
	case ENOTSUP:
	case EINVAL:
	case EOVERFLOW:
		return true;
	default:
		return false;
	}
}

/* Reads a part of a chunk of the whole image, after store_read has failed.
 * `left` is how many bytes of the request there are from `offset` on; *asked:
 * the router was asked for them before. */
static int
read_whole(struct export *e, uint8_t *to, const struct piece *p,
	   uint64_t offset, uint32_t left, bool *asked)
{
	if (!router_can_help(e))
		return store_read_found(e->store, p->chunk, p->offset, to,
					p->len);
	if (!*asked && ask_router(e, left, offset) == -1 && !cannot_keep())
		return -1;
	*asked = true;
	if (store_read(e->store, p->chunk, p->offset, to, p->len) == 0)
		return 0;
	return upstream_read(e->upstream, to, p->len, offset);
}

static int
read_image(struct export *e, uint8_t *to, uint32_t count, uint64_t offset)
{
	bool asked = false;
	struct piece p;

	for (; count > 0; to += p.len, offset += p.len, count -= p.len) {
		p = first_piece(e, count, offset);
		if (store_read(e->store, p.chunk, p.offset, to, p.len) == 0)
			continue;
		if (e->kind == EXPORT_HELD
			? read_held(e, to, &p, offset) == -1
			: read_whole(e, to, &p, offset, count, &asked) == -1)
			return -1;
	}
	return 0;
}

/* Reads from the file of the export.  Returns 0, or -1 and sets errno: to EIO
 * if the file has become shorter. */
static int
read_file(struct export *e, uint8_t *to, uint32_t count, uint64_t offset)
{
	int result = pread_all(e->fd, to, count, offset);

	if (result == -1 && errno == ENODATA)
		errno = EIO;
	return result;
}

int
export_read(struct export *e, void *buf, uint32_t count, uint64_t offset)
{
	if (!in_bounds(e, count, offset)) {
		errno = EINVAL;
		return -1;
	}
	if (e->stats != NULL) {
		memcpy(buf, e->stats + offset, count);
		return 0;
	}
	if (e->fd != -1)
		return read_file(e, buf, count, offset);
	return read_image(e, buf, count, offset);
}

int
export_cache(struct export *e, uint32_t count, uint64_t offset)
{
	struct piece p;

	if (!in_bounds(e, count, offset) || !export_is_whole(e)) {
		errno = EINVAL;
		return -1;
	}
	for (; count > 0; offset += p.len, count -= p.len) {
		p = first_piece(e, count, offset);
		if (store_state(e->store, p.chunk) == CHUNK_HELD)
			continue;
		if (e->upstream != NULL)
			return ask_router(e, count, offset);
		if (store_check(e->store, p.chunk) == -1)
			return -1;
	}
	return 0;
}

uint64_t
export_extent(const struct export *e, uint64_t offset, bool *held)
{
	const struct manifest *m = store_manifest(e->store);
	uint32_t chunk = offset / m->chunk_size;
	uint64_t end;

	*held = store_state(e->store, chunk) != CHUNK_ABSENT;
	do
		chunk++;
	while (chunk < m->nchunks &&
	       (store_state(e->store, chunk) != CHUNK_ABSENT) == *held);
	end = (uint64_t)chunk * m->chunk_size;
	return (end < e->size ? end : e->size) - offset;
}
