/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* All connections share one attached store of an image, since a large image's
 * manifest is megabytes once decoded, and a node has hundreds of connections
 * from peers.  The inode of a store's map file tells whether an attached store
 * is still the one in the directory: no other file gets that inode while the
 * map is mapped here.
 */
#include "nbdkit-plugin/stores.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/image_name.h"

struct shared {
	LIST_ENTRY(shared) entry; /* guarded by the lock of struct stores */
	struct store *store;
	dev_t dev;
	/* inode of the map file; 0: it is not known for sure, so the store is
	 * not shared */
	ino_t ino;
	unsigned refs; /* guarded by the lock of struct stores */
};

struct stores {
	char *dir; /* store directory; NULL: a single image is served */
	struct store *image; /* the single image; NULL: dir is served */
	pthread_mutex_t lock;
	LIST_HEAD(, shared) list; /* attached stores; guarded by lock */
};

static struct stores *
stores_new(void)
{
	struct stores *ss = calloc(1, sizeof *ss);

	if (ss != NULL)
		pthread_mutex_init(&ss->lock, NULL);
	return ss;
}

struct stores *
stores_of_dir(const char *dir)
{
	struct stores *ss = stores_new();

	if (ss == NULL)
		return NULL;
	ss->dir = strdup(dir);
	if (ss->dir == NULL) {
		stores_free(ss);
		errno = ENOMEM;
		return NULL;
	}
	return ss;
}

struct stores *
stores_of_image(struct store *s)
{
	struct stores *ss = stores_new();

	if (ss != NULL)
		ss->image = s;
	return ss;
}

void
stores_free(struct stores *ss)
{
	struct shared *sh;

	if (ss == NULL)
		return;
	while ((sh = LIST_FIRST(&ss->list)) != NULL) {
		LIST_REMOVE(sh, entry);
		store_close(sh->store);
		free(sh);
	}
	if (ss->image != NULL)
		store_close(ss->image);
	pthread_mutex_destroy(&ss->lock);
	free(ss->dir);
	free(ss);
}

/* Sets *st to the status of the map file of the image that `name` means.
 * Returns 0, or -1 and sets errno. */
static int
stat_map(const char *dir, const char *name, struct stat *st)
{
	AUTO_FREE char *path = NULL;
	char hex[DIGEST_HEX];
	struct digest id;

	if (store_find(dir, name, &id) == -1)
		return -1;
	if (asprintf(&path, "%s/%s/map", dir, digest_hex(&id, hex)) == -1) {
		path = NULL;
		errno = ENOMEM;
		return -1;
	}
	return stat(path, st);
}

static struct store *
find(struct stores *ss, dev_t dev, ino_t ino)
{
	struct shared *sh;

	LIST_FOREACH (sh, &ss->list, entry)
		if (sh->ino == ino && sh->dev == dev && ino != 0) {
			sh->refs++;
			return sh->store;
		}
	return NULL;
}

/* Attaches the store of the image that `name` means, to be shared from now on,
 * and returns it, or the store that another thread has attached meanwhile.
 * Returns NULL and sets errno on failure. */
static const struct store *
attach(struct stores *ss, const char *name, const struct stat *before)
{
	struct shared *sh = calloc(1, sizeof *sh);
	struct store *s = sh == NULL ? NULL : store_attach(ss->dir, name);
	struct store *other;
	char hex[DIGEST_HEX];
	struct stat after;
	int saved = errno;

	if (s == NULL) {
		free(sh);
		errno = saved;
		return NULL;
	}
	digest_hex(&store_manifest(s)->id, hex);
	if (stat_map(ss->dir, hex, &after) == 0 &&
	    after.st_ino == before->st_ino && after.st_dev == before->st_dev) {
		sh->dev = after.st_dev;
		sh->ino = after.st_ino;
	}
	pthread_mutex_lock(&ss->lock);
	other = find(ss, sh->dev, sh->ino);
	if (other == NULL) {
		sh->store = s;
		sh->refs = 1;
		LIST_INSERT_HEAD(&ss->list, sh, entry);
	}
	pthread_mutex_unlock(&ss->lock);
	if (other == NULL)
		return s;
	store_close(s);
	free(sh);
	return other;
}

static bool
image_is(const struct store *s, const char *name)
{
	const struct manifest *m = store_manifest(s);

	return *name == '\0' ||
	       image_is_called(name, strlen(name), m->name, &m->id);
}

const struct store *
stores_get(struct stores *ss, const char *name)
{
	const struct store *s;
	struct stat st;

	if (ss->image != NULL) {
		errno = ENOENT;
		return image_is(ss->image, name) ? ss->image : NULL;
	}
	if (stat_map(ss->dir, name, &st) == -1)
		return NULL;
	pthread_mutex_lock(&ss->lock);
	s = find(ss, st.st_dev, st.st_ino);
	pthread_mutex_unlock(&ss->lock);
	return s != NULL ? s : attach(ss, name, &st);
}

void
stores_put(struct stores *ss, const struct store *s)
{
	struct shared *sh;
	bool last;

	if (s == ss->image)
		return;
	pthread_mutex_lock(&ss->lock);
	LIST_FOREACH (sh, &ss->list, entry)
		if (sh->store == s)
			break;
	last = sh != NULL && --sh->refs == 0;
	if (last)
		LIST_REMOVE(sh, entry);
	pthread_mutex_unlock(&ss->lock);
	if (last) {
		store_close(sh->store);
		free(sh);
	}
}

int
stores_list(struct stores *ss,
	    int (*fn)(void *ctx, const char *name, const struct digest *id),
	    void *ctx)
{
	const struct manifest *m;

	if (ss->image == NULL)
		return store_list(ss->dir, fn, ctx);
	m = store_manifest(ss->image);
	return fn(ctx, m->name, &m->id);
}
