/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/choice.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "router/cluster/cluster.h"
#include "router/image/image.h"
#include "router/router.h"

/* After a start others have not said yet what they use. */
#define LEARN_NS 10000000000LL

struct image *
choice_default(const struct router *r)
{
	struct image *im, *former = r->images;

	for (im = r->images; im != NULL && r->word.version > 0; im = im->next) {
		if (digest_equal(&im->m->id, &r->word.image))
			return im;
		if (digest_equal(&im->m->id, &r->former))
			former = im;
	}
	return former;
}

bool
choice_is(const struct router *r, const struct proto_image *pi)
{
	return r->word.version > 0 && digest_equal(&pi->id, &r->word.image);
}

static char *
path_of(const struct router *r, const char *suffix)
{
	char *path;

	if (asprintf(&path, "%s/default%s", r->cfg.run_dir, suffix) == -1)
		return NULL;
	return path;
}

void
choice_load(struct router *r)
{
	AUTO_FREE char *path = path_of(r, "");
	AUTO_FCLOSE FILE *f = path != NULL ? fopen(path, "re") : NULL;
	struct proto_word w;
	char hex[DIGEST_HEX], former[DIGEST_HEX];

	if (f == NULL ||
	    fscanf(f, "%" SCNu64 " %64s %64s", &w.version, hex, former) != 3)
		return;
	if (w.version <= PROTO_WORD_VERSION_MAX &&
	    digest_parse(hex, strlen(hex), &w.image) == 0 &&
	    digest_parse(former, strlen(former), &r->former) == 0)
		r->word = w;
}

/* Not to be lost if this router alone dies, and knew it alone. */
static void
save(const struct router *r)
{
	AUTO_FREE char *path = path_of(r, "");
	AUTO_FREE char *fresh = path_of(r, ".new");
	char hex[DIGEST_HEX], former[DIGEST_HEX];
	bool written = false;
	FILE *f = fresh != NULL ? fopen(fresh, "we") : NULL;

	if (f != NULL) {
		written = fprintf(f, "%" PRIu64 " %s %s\n", r->word.version,
				  digest_hex(&r->word.image, hex),
				  digest_hex(&r->former, former)) > 0;
		written = fclose(f) == 0 && written;
	}
	if (path == NULL || !written || rename(fresh, path) == -1)
		log_warn("%s/default: %s", r->cfg.run_dir, strerror(errno));
}

/* The plugin finds it in the store. */
static void
tell(struct router *r)
{
	struct image *im = choice_default(r);

	if (im != NULL && store_set_default(r->cfg.store_dir, im->m) == -1)
		log_warn("%s/default: %s", r->cfg.store_dir, strerror(errno));
	choice_look(r);
	cluster_self_changed(r);
}

static void
take(struct router *r, const struct proto_word *w)
{
	const struct image *was = choice_default(r);
	char hex[DIGEST_HEX];

	if (was != NULL)
		r->former = was->m->id;
	r->word = *w;
	log_info("the default image is %.12s (word %" PRIu64 ")",
		 digest_hex(&w->image, hex), w->version);
	save(r);
	tell(r);
}

void
choice_hear(struct router *r, const struct proto_word *w)
{
	if (w->version > 0 && proto_word_cmp(w, &r->word) > 0)
		take(r, w);
}

void
choice_image_added(struct router *r)
{
	tell(r);
}

/* Counts the different ids that the name may mean; the first to *id. */
static unsigned
note_match(const char *name, const char *has, const struct digest *id,
	   struct digest *first, unsigned found)
{
	struct digest asked;
	bool match = strcmp(name, has) == 0 ||
		     (digest_parse(name, strlen(name), &asked) == 0 &&
		      digest_equal(&asked, id));

	if (!match || (found > 0 && digest_equal(first, id)))
		return found;
	if (found == 0)
		*first = *id;
	return found + 1;
}

int
choice_set(struct router *r, const char *name, const char **why)
{
	struct proto_word w = {.version = r->word.version + 1};
	unsigned found = 0;

	for (struct image *im = r->images; im != NULL; im = im->next)
		found =
		    note_match(name, im->m->name, &im->m->id, &w.image, found);
	for (uint32_t i = 1; i < cluster_slots(r); i++) {
		const struct node *n = cluster_at(r, i);

		for (unsigned k = 0; n != NULL && k < n->info.nimages; k++)
			found =
			    note_match(name, n->info.images[k].name,
				       &n->info.images[k].id, &w.image, found);
	}
	if (found == 0)
		*why = "no node has an image of that name or id";
	else if (found > 1)
		*why = "several images have that name; give the id";
	else if (w.version > PROTO_WORD_VERSION_MAX)
		*why = "the default has been changed too often";
	else
		take(r, &w);
	return *why == NULL ? 0 : -1;
}

void
choice_user(struct image *im, bool comes)
{
	im->users += comes ? 1 : -1;
	if (im->users == (comes ? 1 : 0)) {
		choice_look(im->router);
		cluster_self_changed(im->router);
	}
}

static bool
is_wanted(const struct image *im)
{
	const struct option_list *want = &im->router->cfg.want;

	for (size_t i = 0; i < want->n; i++) {
		struct digest id;

		if (strcmp(want->v[i], im->m->name) == 0 ||
		    (digest_parse(want->v[i], strlen(want->v[i]), &id) == 0 &&
		     digest_equal(&id, &im->m->id)))
			return true;
	}
	return false;
}

bool
choice_used_here(const struct image *im)
{
	return im->users > 0 || is_wanted(im);
}

static bool
used_elsewhere(const struct image *im)
{
	const struct router *r = im->router;

	for (uint32_t i = 1; i < cluster_slots(r); i++) {
		const struct node *n = cluster_at(r, i);

		for (unsigned k = 0; n != NULL && k < n->info.nimages; k++)
			if (n->info.images[k].used &&
			    digest_equal(&n->info.images[k].id, &im->m->id))
				return true;
	}
	return false;
}

void
choice_look(struct router *r)
{
	bool learning = loop_now_ns(r->loop) - r->started_ns < LEARN_NS;

	for (struct image *im = r->images; im != NULL; im = im->next)
		im->in_use = learning || im == choice_default(r) ||
			     choice_used_here(im) || used_elsewhere(im);
}
