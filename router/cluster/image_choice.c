/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/image_choice.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "authority/lists.h"
#include "lib/cleanup.h"
#include "lib/image_name.h"
#include "lib/log.h"
#include "lib/write_anew.h"
#include "router/cluster/authority.h"
#include "router/cluster/nodes.h"
#include "router/cluster/removed_images.h"
#include "router/image/image.h"

/* For so long after the router's start all images count as in use, since other
 * nodes may not have announced yet which they use.  Arbitrary: several times
 * what a member takes to tell a newcomer of all nodes. */
#define LEARN_NS 10000000000LL
/* The time after a start from which on the log says that no signed word has
 * come.  Arbitrary. */
#define WORD_NS 5000000000LL

struct choice {
	struct choice_setup of;
	bool waits; /* the log has said that no signed word has come */
	int64_t began_ns;
	/* the newest word on the default image; version 0: none */
	struct proto_word word;
	struct digest former; /* id of the default image before `word` came */
	struct removed removed;
};

struct image *
choice_default(const struct choice *c)
{
	struct image *im, *former = images_first(c->of.images);

	if (c->word.version == 0)
		return former;
	IMAGES_FOREACH (im, c->of.images) {
		if (digest_equal(&im->m->id, &c->word.image))
			return im;
		if (digest_equal(&im->m->id, &c->former))
			former = im;
	}
	return former;
}

bool
choice_is(const struct choice *c, const struct proto_image *pi)
{
	return c->word.version > 0 && digest_equal(&pi->id, &c->word.image);
}

/* Returns whether a signed word in force names the image. */
static bool
is_signed(const struct choice *c, const struct digest *id)
{
	const struct words *ws = authority_words(c->of.authority);

	for (const char *const *s = word_image_subjects; *s != NULL; s++) {
		const struct word *said = words_get(ws, *s);

		if (said != NULL && digest_equal(&said->id, id))
			return true;
	}
	return false;
}

bool
choice_said(const struct choice *c, const struct digest *id)
{
	return (c->word.version > 0 && digest_equal(id, &c->word.image)) ||
	       is_signed(c, id);
}

bool
choice_trusts(const struct choice *c)
{
	return authority_trusts(c->of.authority);
}

bool
choice_vouches(struct choice *c, const struct proto_image *pi)
{
	const struct option_list *want = c->of.want;
	int64_t age_ns = loop_now_ns(c->of.loop) - c->began_ns;
	struct digest id;

	for (size_t i = 0; i < want->n; i++)
		if (digest_parse(want->v[i], strlen(want->v[i]), &id) == 0 &&
		    digest_equal(&id, &pi->id))
			return true;
	if (c->word.version == 0 && age_ns > WORD_NS && !c->waits) {
		c->waits = true;
		log_warn("image %s: not taken: this node trusts a key, and has "
			 "heard no word that the key has signed; say one by "
			 "'vfield image default IMAGE --key FILE'",
			 pi->name);
	}
	return choice_is(c, pi);
}

static char *
path_of(const struct choice *c, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", c->of.run_dir, name) == -1)
		return NULL;
	return path;
}

static void
load(struct choice *c)
{
	AUTO_FREE char *removed = path_of(c, "removed");
	AUTO_FREE char *path = path_of(c, "default");
	AUTO_FCLOSE FILE *f = path != NULL ? fopen(path, "re") : NULL;
	struct proto_word w;
	char hex[DIGEST_HEX], former[DIGEST_HEX];

	if (removed != NULL)
		removed_load(&c->removed, removed);
	if (f == NULL ||
	    fscanf(f, "%" SCNu64 " %64s %64s", &w.version, hex, former) != 3)
		return;
	if (w.version <= PROTO_WORD_VERSION_MAX &&
	    digest_parse(hex, strlen(hex), &w.image) == 0 &&
	    digest_parse(former, strlen(former), &c->former) == 0)
		c->word = w;
}

static void
print_word(FILE *to, const void *ctx)
{
	const struct choice *c = ctx;
	char hex[DIGEST_HEX], former[DIGEST_HEX];

	fprintf(to, "%" PRIu64 " %s %s\n", c->word.version,
		digest_hex(&c->word.image, hex),
		digest_hex(&c->former, former));
}

/* Saves the word in a file: if this router died, and no other node knew the
 * word, it would be lost. */
static void
save(const struct choice *c)
{
	AUTO_FREE char *path = path_of(c, "default");

	if (path == NULL || write_anew(path, print_word, c) == -1)
		log_warn("%s/default: %s", c->of.run_dir, strerror(errno));
}

/* Returns true if the newest word names im. */
static bool
is_said(const struct choice *c, const struct image *im)
{
	return c->word.version > 0 && digest_equal(&im->m->id, &c->word.image);
}

/* Writes to the store directory, for the plugin, which image is the default,
 * and brings all that depends on the default up to date. */
static void
tell(struct choice *c)
{
	struct image *im = choice_default(c);

	if (im != NULL &&
	    store_set_default(c->of.store_dir, im->m, is_said(c, im)) == -1)
		log_warn("%s/default: %s", c->of.store_dir, strerror(errno));
	choice_look(c);
	c->of.nodes->self_changed = true;
}

static void
take(struct choice *c, const struct proto_word *w)
{
	const struct image *was = choice_default(c);
	char hex[DIGEST_HEX];

	if (was != NULL)
		c->former = was->m->id;
	c->word = *w;
	log_info("the default image is %.12s (word %" PRIu64 ")",
		 digest_hex(&w->image, hex), w->version);
	save(c);
	tell(c);
}

static void
removed_changed(struct choice *c)
{
	AUTO_FREE char *path = path_of(c, "removed");

	if (path == NULL || removed_save(&c->removed, path) == -1)
		log_warn("%s/removed: %s", c->of.run_dir, strerror(errno));
	c->of.nodes->self_changed = true;
}

/* Removals are unsigned, so they count only where no key is trusted. */
void
choice_hear(struct choice *c, const struct proto_node *n, bool rumour)
{
	const struct proto_word *w = &n->word;
	bool trusts = authority_trusts(c->of.authority);

	if (!trusts && removed_hear(&c->removed, n))
		removed_changed(c);
	if (w->version == 0 || proto_word_cmp(w, &c->word) <= 0)
		return;
	if (trusts)
		authority_unsigned(c->of.authority, n->name);
	else if (!rumour || proto_word_near(w, c->word.version))
		take(c, w);
}

void
choice_describe(const struct choice *c, struct proto_node *self)
{
	self->word = c->word;
	removed_describe(&c->removed, self);
}

/* Puts the word w in force.  If its image was removed from the cluster, notes
 * that it is not removed any more, since the default image never is. */
static void
take_again(struct choice *c, const struct proto_word *w)
{
	if (removed_say(&c->removed, &w->image, false))
		removed_changed(c);
	take(c, w);
}

/* Notes of each image that a signed word names that it is not removed any more:
 * a word may bring one back, on the site say, after another was removed for it.
 */
static void
bring_back_signed(struct choice *c)
{
	const struct words *words = authority_words(c->of.authority);
	bool changed = false;

	for (const char *const *s = word_image_subjects; *s != NULL; s++) {
		const struct word *w = words_get(words, *s);

		changed |= w != NULL && removed_has(&c->removed, &w->id) &&
			   removed_say(&c->removed, &w->id, false);
	}
	if (changed)
		removed_changed(c);
}

void
choice_signed(struct choice *c)
{
	const struct word *said =
	    words_get(authority_words(c->of.authority), WORD_DEFAULT);
	struct proto_word w;

	bring_back_signed(c);
	choice_look(c);
	if (said == NULL)
		return;
	w = (struct proto_word){.version = said->version, .image = said->id};
	if (proto_word_cmp(&w, &c->word) != 0)
		take_again(c, &w);
}

void
choice_image_added(struct choice *c)
{
	tell(c);
}

void
choice_image_gone(struct choice *c)
{
	tell(c);
}

const struct removed *
choice_removed(const struct choice *c)
{
	return &c->removed;
}

bool
choice_superseded(const struct choice *c, const char *name, uint64_t size,
		  const struct digest *id)
{
	return !choice_said(c, id) &&
	       lists_superseded(authority_words(c->of.authority), name, size,
				id);
}

bool
choice_shuns(const struct choice *c, const struct proto_image *pi)
{
	return removed_has(&c->removed, &pi->id) ||
	       choice_superseded(c, pi->name, pi->size, &pi->id);
}

void
choice_restore(struct choice *c, const struct digest *id)
{
	if (removed_say(&c->removed, id, false))
		removed_changed(c);
}

bool
choice_names(const char *said, const char *name, const struct digest *id)
{
	return image_is_called(said, strlen(said), name, id);
}

/* The images that a name may mean; if there are more, the first MATCHES_MAX. */
#define MATCHES_MAX 8
struct matches {
	struct digest id[MATCHES_MAX];
	unsigned n;
	/* the NAME@ID of each of them, for a message */
	char text[MATCHES_MAX * IMAGE_NAME_TEXT];
};

static void
note_match(struct matches *ms, const char *name, const char *has,
	   const struct digest *id)
{
	char text[IMAGE_NAME_TEXT];

	if (!choice_names(name, has, id))
		return;
	for (unsigned i = 0; i < ms->n; i++)
		if (digest_equal(&ms->id[i], id))
			return;
	if (ms->n == MATCHES_MAX)
		return;
	ms->id[ms->n++] = *id;
	strcat(strcat(ms->text, " "), image_name_text(has, id, text));
}

static void
find_matches(const struct choice *c, const char *name, struct matches *ms)
{
	const struct image *im;

	*ms = (struct matches){0};
	IMAGES_FOREACH (im, c->of.images)
		note_match(ms, name, im->m->name, &im->m->id);
	for (uint32_t i = 1; i < c->of.nodes->slots; i++) {
		const struct node *n = nodes_at(c->of.nodes, i);

		for (unsigned k = 0; n != NULL && k < n->info.nimages; k++)
			note_match(ms, name, n->info.images[k].name,
				   &n->info.images[k].id);
	}
}

int
choice_resolve(const struct choice *c, const char *name, struct digest *id,
	       const char **why)
{
	static char several[sizeof((struct matches *)0)->text + 64];
	struct matches ms;

	find_matches(c, name, &ms);
	*id = ms.id[0];
	if (ms.n > 1)
		snprintf(several, sizeof several,
			 "several images are called so; name one:%s", ms.text);
	if (ms.n == 0)
		*why = "no node has an image of that name or id";
	else if (ms.n > 1)
		*why = several;
	return *why == NULL ? 0 : -1;
}

/* A signed word's version is at least the time in seconds.  So a word on a new
 * boot medium is newer than the words of a running network, even though the
 * medium's maker could not ask that network for its last version. */
uint64_t
choice_next(const struct choice *c)
{
	uint64_t next = c->word.version + 1, now_s = time(NULL);

	return authority_trusts(c->of.authority) && next < now_s ? now_s : next;
}

int
choice_set(struct choice *c, const char *name, const char **why)
{
	struct proto_word w = {.version = choice_next(c)};

	if (authority_trusts(c->of.authority))
		*why = "this node takes only words that the key which it "
		       "trusts has signed";
	else if (choice_resolve(c, name, &w.image, why) == -1)
		return -1;
	else if (w.version > PROTO_WORD_VERSION_MAX)
		*why = "a core node has said the last version that there is";
	else
		take_again(c, &w);
	return *why == NULL ? 0 : -1;
}

/* The nodes that use an image: their number, and the names of the first
 * USERS_NAMED of them. */
#define USERS_NAMED 4
struct users {
	unsigned n;
	char text[USERS_NAMED * (MANIFEST_NAME_MAX + 2)];
};

static void
note_user(struct users *u, const struct proto_node *n)
{
	if (u->n++ >= USERS_NAMED)
		return;
	strcat(u->text, u->n > 1 ? ", " : "");
	strcat(u->text, n->name);
}

static void
find_users(const struct choice *c, const struct digest *id, struct users *u)
{
	const struct nodes *ns = c->of.nodes;
	const struct image *im = image_by_id(c->of.images, id);

	*u = (struct users){0};
	if (im != NULL && choice_used_here(c, im))
		note_user(u, &ns->at[0].info);
	for (uint32_t i = 1; i < ns->slots; i++) {
		const struct node *n = nodes_at(ns, i);
		const struct proto_image *pi =
		    n != NULL ? node_image(n, id) : NULL;

		if (pi != NULL && pi->used)
			note_user(u, &n->info);
	}
}

static bool
is_default(const struct choice *c, const struct digest *id)
{
	const struct image *im = choice_default(c);

	return (im != NULL && digest_equal(&im->m->id, id)) ||
	       (c->word.version > 0 && digest_equal(&c->word.image, id));
}

int
choice_remove(struct choice *c, const char *name, bool force, struct digest *id,
	      const char **why)
{
	static char used[sizeof((struct users *)0)->text + 128];
	struct users u;

	if (choice_resolve(c, name, id, why) == -1)
		return -1;
	if (is_default(c, id))
		*why = "it is the default image: make another the default "
		       "first";
	else if (is_signed(c, id))
		*why = "a signed word names it: say another first";
	if (*why != NULL)
		return -1;
	find_users(c, id, &u);
	if (u.n > 0 && !force) {
		snprintf(used, sizeof used,
			 "%u of the machines use it (%s%s); with --force it "
			 "goes from each as soon as no client there has it",
			 u.n, u.text, u.n > USERS_NAMED ? ", ..." : "");
		*why = used;
		return -1;
	}
	if (removed_say(&c->removed, id, true))
		removed_changed(c);
	choice_look(c);
	return 0;
}

void
choice_user(struct choice *c, struct image *im, bool comes)
{
	im->users += comes ? 1 : -1;
	if (im->users == (comes ? 1 : 0)) {
		choice_look(c);
		c->of.nodes->self_changed = true;
	}
}

static bool
is_wanted(const struct choice *c, const struct image *im)
{
	const struct option_list *want = c->of.want;

	for (size_t i = 0; i < want->n; i++)
		if (choice_names(want->v[i], im->m->name, &im->m->id))
			return true;
	return false;
}

bool
choice_used_here(const struct choice *c, const struct image *im)
{
	return im->users > 0 || is_wanted(c, im);
}

static bool
used_elsewhere(const struct choice *c, const struct image *im)
{
	const struct nodes *ns = c->of.nodes;

	for (uint32_t i = 1; i < ns->slots; i++) {
		const struct node *n = nodes_at(ns, i);
		const struct proto_image *pi =
		    n != NULL ? node_image(n, &im->m->id) : NULL;

		if (pi != NULL && pi->used)
			return true;
	}
	return false;
}

void
choice_look(struct choice *c)
{
	bool learning = loop_now_ns(c->of.loop) - c->began_ns < LEARN_NS;
	struct image *im;

	IMAGES_FOREACH (im, c->of.images)
		im->in_use = !removed_has(&c->removed, &im->m->id) &&
			     (learning || im == choice_default(c) ||
			      is_signed(c, &im->m->id) ||
			      choice_used_here(c, im) || used_elsewhere(c, im));
}

const struct proto_word *
choice_word(const struct choice *c)
{
	return &c->word;
}

struct image *
choice_find(const struct choice *c, const char *name, size_t len)
{
	struct image *im, *found = NULL;
	unsigned count = 0;

	if (len == 0)
		return choice_default(c);
	/* The plugin chooses the same image, by what store_set_default has
	 * written. */
	IMAGES_FOREACH (im, c->of.images) {
		if (!image_is_called(name, len, im->m->name, &im->m->id))
			continue;
		if (is_said(c, im))
			return im;
		found = im;
		count++;
	}
	return count == 1 ? found : NULL;
}

struct choice *
choice_new(const struct choice_setup *s)
{
	struct choice *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->of = *s;
	c->began_ns = clock_now_ns();
	if (authority_trusts(c->of.authority))
		choice_signed(c);
	else
		load(c);
	return c;
}

void
choice_free(struct choice *c)
{
	free(c);
}
