/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/image_add.h"

#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/run_as.h"
#include "vfield/added_images.h"
#include "vfield/control.h"
#include "vfield/human.h"

#define ERROR_TEXT 256

/* Says what to do if the router's user cannot read the file or its manifest. */
static void
say_rights(const struct image_file *f)
{
	const struct run_as router = run_as_find_own(RUN_AS_ROUTER);
	const char *path =
	    run_as_can(&router, f->file, R_OK) ? f->manifest : f->file;

	if (router.name == NULL || run_as_can(&router, path, R_OK))
		return;
	log_error("%s: the user %s, as which the router runs, cannot read it: "
		  "let that user do so (chgrp %s, chmod g+r), and search the "
		  "directories that lead there (chmod o+x); or start the node "
		  "with --image %s, which root opens",
		  path, router.name, router.name, f->file);
}

/* Logs why the router has refused to serve the image f.  Returns -1. */
static int
refused(const struct image_file *f, struct json_object *answer)
{
	char why[ERROR_TEXT];

	human_clean(control_string(answer, "error"), why, sizeof why);
	log_error("%s: the router does not take it: %s", f->file,
		  why[0] != '\0' ? why : "it does not say why");
	say_rights(f);
	return -1;
}

static int
tell_router(const char *program, const struct image_file *f,
	    const char *run_dir)
{
	AUTO_FREE char *question = NULL;
	struct json_object *answer;
	int result = 0;

	if (strpbrk(f->file, "\t\n") != NULL ||
	    strpbrk(f->manifest, "\t\n") != NULL) {
		log_error("%s: a path with a tab or a line break cannot be "
			  "added; link the file to another place",
			  f->file);
		return -1;
	}
	if (asprintf(&question, "add %s\t%s", f->file, f->manifest) == -1) {
		log_error("%s: %m", f->file);
		return -1;
	}
	answer = control_ask_json(run_dir, question);
	if (answer == NULL) {
		control_complain(program, run_dir);
		return -1;
	}
	if (!control_bool(answer, "ok"))
		result = refused(f, answer);
	json_object_put(answer);
	return result;
}

int
image_add(const char *program, const struct image_file *f, const char *run_dir)
{
	if (tell_router(program, f, run_dir) == -1)
		return -1;
	/* RUNDIR/images is read only when a router that has died is started
	 * again. */
	if (added_images_append(run_dir, f->file, f->manifest) == -1)
		log_warn("%s: served, but not remembered: %m", f->file);
	return 0;
}

/* Lets the router's user read the file at path, and search the next `dirs`
 * directories above it.  Returns 0, or -1 and errno. */
static int
let_read(const struct run_as *router, const char *path, unsigned dirs)
{
	AUTO_FREE char *at = strdup(path);
	char *dir = at;

	if (at == NULL || run_as_share(router, path, 0040) == -1)
		return -1;
	for (; dirs > 0; dirs--) {
		dir = dirname(dir);
		if (run_as_share(router, dir, 0010) == -1)
			return -1;
	}
	return 0;
}

int
image_add_own(const char *program, const struct image_file *f,
	      const char *run_dir, unsigned dirs)
{
	const struct run_as router = run_as_find_own(RUN_AS_ROUTER);

	if (let_read(&router, f->file, dirs) == -1 ||
	    let_read(&router, f->manifest, 0) == -1) {
		log_error("%s: cannot let the user %s, as which the router "
			  "runs, read it: %m",
			  f->file, RUN_AS_ROUTER);
		return -1;
	}
	return image_add(program, f, run_dir);
}
