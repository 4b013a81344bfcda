/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/jobs_said.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "authority/lists.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/remove_tree.h"
#include "lib/write_anew.h"
#include "vfield/added_images.h"
#include "vfield/control.h"
#include "vfield/image_add.h"
#include "vfield/image_remove.h"
#include "vfield/run_dir.h"
#include "vfield/sign.h"
#include "vfield/site_fetch.h"
#include "vfield/site_now.h"

int
jobs_said_lock(const struct jobs_said *s)
{
	AUTO_FREE char *dir = path_in(s->state, "jobs");

	return lock_directory(dir);
}

static int
ask(struct jobs_said *s)
{
	struct json_object *o = control_ask_json(s->run_dir, "status");
	bool trusts;

	if (o == NULL) {
		control_complain(s->program, s->run_dir);
		return -1;
	}
	site_now_word(o, s->subject, &s->word);
	trusts =
	    *control_string(control_object(o, "authority"), "trust") != '\0';
	json_object_put(o);
	if (trusts)
		return 0;
	log_error("the node trusts no key, and without one there are no jobs: "
		  "make one (vfield key new), have all nodes trust it (vfield "
		  "key trust), and start them anew");
	return -1;
}

/* Reads the list in force into s->jobs, through a file in the directory `dir`.
 * Returns 0; -1: the log says why. */
static int
read_list(struct jobs_said *s, const char *dir)
{
	AUTO_FREE char *file = path_in(dir, "jobs");

	if (site_fetch_image(s->run_dir, &s->word.id, s->subject, file) == -1)
		return -1;
	if (jobs_load(&s->jobs, file, strcmp(s->subject, WORD_REPAIR) == 0) ==
	    0)
		return 0;
	log_error("the list of jobs: %m");
	return -1;
}

int
jobs_said_read(struct jobs_said *s)
{
	char dir[] = "/tmp/vfield-jobs.XXXXXX";
	struct digest tried;
	int result;

	s->word = (struct site_past){0};
	s->jobs = (struct jobs){0};
	if (ask(s) == -1)
		return -1;
	if (s->word.version == 0)
		return 0;
	if (mkdtemp(dir) == NULL) {
		log_error("%s: %m", dir);
		return -1;
	}
	do {
		tried = s->word.id;
		result = read_list(s, dir);
	} while (result == -1 && ask(s) == 0 &&
		 !digest_equal(&s->word.id, &tried));
	remove_tree(dir);
	return result;
}

uint64_t
jobs_said_next(const struct jobs_said *s)
{
	uint64_t now_s = time(NULL), highest = jobs_highest(&s->jobs);
	uint64_t last = s->word.version > highest ? s->word.version : highest;

	if (last < s->above)
		last = s->above;
	return last < now_s ? now_s : last + 1;
}

/* Returns the path of the file with the list of that version, for free(). */
static char *
path_of(const struct jobs_said *s, uint64_t version)
{
	char *path, name[LISTS_NAME_MAX];

	if (asprintf(&path, "%s/jobs/%s", s->state,
		     lists_name(name, s->subject, version)) == -1)
		log_fatal("%m");
	return path;
}

static int
serve(const struct jobs_said *s, const char *path, struct digest *id)
{
	struct image_file f;
	int result;

	if (write_anew(path, jobs_print, &s->jobs) == -1) {
		log_error("%s: %m", path);
		return -1;
	}
	if (image_file_open(path, s->run_dir, &f) == -1)
		return -1;
	*id = f.id;
	/* STATE/jobs */
	result = image_add_own(s->program, &f, s->run_dir, 2);
	image_file_close(&f);
	return result;
}

static void
remove_files(const struct jobs_said *s, uint64_t version)
{
	AUTO_FREE char *path = path_of(s, version);
	AUTO_FREE char *manifest = NULL;

	if (asprintf(&manifest, "%s.vfm", path) == -1)
		log_fatal("%m");
	unlink(path);
	unlink(manifest);
}

/* Removes the files of the lists before the previous one.  All nodes let go of
 * the previous one by themselves (router/leave.h), but not at once, since some
 * may still read it; so its files stay until the next list is said. */
static void
tidy(const struct jobs_said *s)
{
	AUTO_FREE char *path = path_in(s->state, "jobs");
	DIR *dir = opendir(path);
	const struct dirent *e;

	(void)added_images_drop(s->run_dir, &s->word.id);
	while (dir != NULL && (e = readdir(dir)) != NULL) {
		uint64_t version = lists_version(e->d_name, s->subject);

		if (version > 0 && version < s->word.version)
			remove_files(s, version);
	}
	if (dir != NULL)
		closedir(dir);
}

int
jobs_said_say(struct jobs_said *s)
{
	struct word w = {.version = jobs_said_next(s)};
	AUTO_FREE char *path = path_of(s, w.version);
	AUTO_FREE char *digits = NULL;
	struct key_pair k;
	int result = -1;

	strcpy(w.subject, s->subject);
	if (sign_key(s->key, &k) == -1)
		return -1;
	if (serve(s, path, &w.id) == 0)
		digits = sign_word(&w, &k);
	explicit_bzero(&k, sizeof k);
	if (digits != NULL)
		result = sign_tell(s->program, s->run_dir, digits);
	if (result == -1) {
		image_let_go(s->run_dir, &w.id);
		remove_files(s, w.version);
	} else if (s->word.version > 0) {
		tidy(s);
	}
	return result;
}
