/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/site_publish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/remove_tree.h"
#include "vfield/image_add.h"
#include "vfield/image_remove.h"
#include "vfield/run_dir.h"
#include "vfield/sign.h"
#include "vfield/site_images.h"
#include "vfield/site_now.h"
#include "vfield/site_stage.h"

/* How many images of published sites are kept for `undo`.  Arbitrary: each has
 * a few KB. */
#define KEPT 16

/* Makes the directory STATE/site and locks it, so that only one process
 * publishes at a time.  Returns its descriptor, or -1. */
static int
take_state(const char *state)
{
	AUTO_FREE char *dir = site_past_file(state, "");

	return lock_directory(dir);
}

/* Opens the site's image in the directory `dir`, and finds or makes its
 * manifest.  Returns 0; -1: the log says why. */
static int
open_image(const struct site_publish *p, const char *dir, struct image_file *f)
{
	AUTO_FREE char *path = path_in(dir, SITE_IMAGE);

	return image_file_open(path, p->run_dir, f);
}

/* Renames the directory `fresh`, which has a new image, to the name that the
 * image's id gives it, unless a directory of that name is there, and sets *id.
 * Returns 0; -1: the log says why. */
static int
settle(const struct site_publish *p, const char *fresh, bool secret,
       struct digest *id)
{
	AUTO_FREE char *dir = NULL;
	struct image_file f;

	if (open_image(p, fresh, &f) == -1)
		return -1;
	*id = f.id;
	image_file_close(&f);
	dir = site_past_dir(p->state, id);
	if (access(dir, F_OK) == 0)
		return 0;
	if ((secret || chmod(fresh, 0755) == 0) && rename(fresh, dir) == 0)
		return 0;
	log_error("%s: %m", dir);
	return -1;
}

/* Finds the ids of the images that hosts name, if a node answers.  Returns 0;
 * -1: an image is wrong, and the log says so. */
static int
find_images(const struct site_publish *p, struct site_dir *d)
{
	if (site_images_find(p->run_dir, d) == -1)
		log_warn("no node says which images hosts have: they boot the "
			 "default one until the site is published again");
	return site_dir_log(d);
}

int
site_publish_image(const struct site_publish *p, struct site_dir *d,
		   struct digest *id)
{
	AUTO_FREE char *fresh = site_past_file(p->state, "new");
	AUTO_FREE char *work = path_in(fresh, "tree");
	AUTO_FREE char *file = path_in(fresh, SITE_IMAGE);
	AUTO_CLOSE int lock = take_state(p->state);
	int result;

	if (lock == -1 || find_images(p, d) == -1)
		return -1;
	remove_tree(fresh);
	if (mkdir(fresh, 0700) == -1) {
		log_error("%s: %m", fresh);
		return -1;
	}
	result = site_stage_squash(d, work, file);
	if (result == 0)
		result = settle(p, fresh, site_stage_has_secret(d), id);
	remove_tree(fresh);
	return result;
}

/* Has the node serve the image `id`, unless the node has it already.  Returns
 * 0; -1: the log says why. */
static int
serve(const struct site_publish *p, const struct digest *id)
{
	AUTO_FREE char *dir = site_past_dir(p->state, id);
	struct image_file f;
	int result;

	if (site_now_knows(p->run_dir, id))
		return 0;
	if (open_image(p, dir, &f) == -1)
		return -1;
	/* STATE/site/ID */
	result = image_add_own(p->program, &f, p->run_dir, 3);
	image_file_close(&f);
	return result;
}

/* Has the node let go of all sites that were published before, except the last
 * two, and removes the images of all but the last KEPT. */
static void
tidy(const struct site_publish *p)
{
	size_t n, kept = 0;
	AUTO_FREE struct site_past *v = site_past_read(p->state, &n);

	for (size_t i = n; i-- > 0;) {
		AUTO_FREE char *dir = site_past_dir(p->state, &v[i].id);
		bool again = false;

		for (size_t j = i + 1; j < n && !again; j++)
			again = digest_equal(&v[i].id, &v[j].id);
		if (again)
			continue;
		kept++;
		if (kept > 2 && access(dir, F_OK) == 0)
			image_let_go(p->run_dir, &v[i].id);
		if (kept > KEPT)
			remove_tree(dir);
	}
}

/* Signs the word that puts the image `id` in force, sends it to the node, and
 * adds a line to the log of published sites.  Returns 0; -1: the log says why.
 */
static int
say(const struct site_publish *p, const struct site_now *now,
    const struct digest *id)
{
	struct word w = {.subject = WORD_SITE, .id = *id};
	AUTO_FREE char *digits = NULL;
	struct key_pair k;

	if (sign_key(p->key, &k) == -1)
		return -1;
	w.version = time(NULL);
	if (w.version <= now->word.version)
		w.version = now->word.version + 1;
	digits = sign_word(&w, &k);
	explicit_bzero(&k, sizeof k);
	if (digits == NULL || sign_tell(p->program, p->run_dir, digits) == -1)
		return -1;
	return site_past_append(p->state,
				&(struct site_past){w.version, w.time_s, *id});
}

/* Asks the node which site is in force.  Returns 0; -1: the node does not
 * answer, or trusts no key, without which there can be no site. */
static int
ask(const struct site_publish *p, struct site_now *now)
{
	if (site_now_ask(p->program, p->run_dir, now) == -1)
		return -1;
	if (now->trust[0] != '\0')
		return 0;
	log_error("the node trusts no key, and without one there is no site: "
		  "make one (vfield key new), have all nodes trust it (vfield "
		  "key trust), and start them anew");
	return -1;
}

/* Puts the image `id` in force, which is in the directory of published sites,
 * or on some node.  Returns 0; -1: the log says why. */
static int
put_in_force(const struct site_publish *p, const struct site_now *now,
	     const struct digest *id)
{
	AUTO_CLOSE int lock = take_state(p->state);

	if (lock == -1 || serve(p, id) == -1 ||
	    site_past_link(p->state, id) == -1)
		return -1;
	if (now->word.version > 0 && digest_equal(&now->word.id, id)) {
		log_info("this site is in force already");
		return 0;
	}
	if (say(p, now, id) == -1)
		return -1;
	tidy(p);
	return 0;
}

int
site_publish(const struct site_publish *p, struct site_dir *d,
	     struct digest *id)
{
	struct site_now now;

	if (ask(p, &now) == -1)
		return -1;
	if (site_stage_has_secret(d) && !now.cluster_key) {
		log_error("%s/" SITE_STAGE_SECRET
			  ": this cluster has no cluster key, so that anybody "
			  "could read it: see vfield-key(8)",
			  d->where.dir);
		return -1;
	}
	if (site_publish_image(p, d, id) == -1)
		return -1;
	return put_in_force(p, &now, id);
}

int
site_publish_again(const struct site_publish *p, const struct digest *id)
{
	struct site_now now;

	return ask(p, &now) == -1 ? -1 : put_in_force(p, &now, id);
}
