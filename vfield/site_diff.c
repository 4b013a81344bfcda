/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/site_diff.h"

#include <errno.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/program_dir.h"
#include "lib/remove_tree.h"
#include "vfield/site_past.h"
#include "vfield/site_stage.h"

/* Runs a program in a directory, or here if that is NULL.  Returns its exit
 * status; -1: it did not run, or was killed, and the log says so. */
static int
run(const char *dir, char *const argv[])
{
	posix_spawn_file_actions_t in;
	int status, error;
	pid_t pid;

	posix_spawn_file_actions_init(&in);
	if (dir != NULL)
		posix_spawn_file_actions_addchdir_np(&in, dir);
	error = posix_spawnp(&pid, argv[0], &in, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&in);
	if (error != 0) {
		log_error("%s: %s", argv[0], strerror(error));
		return -1;
	}
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	log_error("%s: killed", argv[0]);
	return -1;
}

/* Writes the image to `file`, as `vfield fetch` does. */
static int
fetch(const char *run_dir, const struct digest *id, const char *file)
{
	AUTO_FREE char *dir = program_dir();
	AUTO_FREE char *vfield = dir != NULL ? path_in(dir, "vfield") : NULL;
	char hex[DIGEST_HEX];
	const char *argv[] = {
	    vfield, "fetch", "--run-dir", run_dir, digest_hex(id, hex),
	    file,   NULL};

	if (vfield == NULL) {
		log_error("%m");
		return -1;
	}
	return run(NULL, (char *const *)argv) == 0 ? 0 : -1;
}

/* Unpacks the published site into `to`; `file` is a path for its image. */
static int
unpack(const char *state, const char *run_dir, const struct digest *id,
       const char *file, const char *to)
{
	AUTO_FREE char *dir = site_past_dir(state, id);
	AUTO_FREE char *kept = path_in(dir, SITE_IMAGE);

	if (access(kept, R_OK) == 0)
		return site_stage_unpack(kept, to);
	if (fetch(run_dir, id, file) == -1)
		return -1;
	return site_stage_unpack(file, to);
}

static bool
has_secret(const char *tmp, const char *name)
{
	AUTO_FREE char *dir = path_in(tmp, name);
	AUTO_FREE char *secret = path_in(dir, SITE_STAGE_SECRET);

	return access(secret, F_OK) == 0;
}

/* Prints how the directories in tmp differ. */
static int
compare(const char *tmp)
{
	static const char *const all[] = {
	    "diff",      "-ruN",      "-x", SITE_STAGE_SECRET,
	    "published", "directory", NULL};
	static const char *const secret[] = {
	    "diff", "-rqN", "published/" SITE_STAGE_SECRET,
	    "directory/" SITE_STAGE_SECRET, NULL};
	int status = run(tmp, (char *const *)all);

	if ((status == 0 || status == 1) &&
	    (has_secret(tmp, "published") || has_secret(tmp, "directory")))
		status = run(tmp, (char *const *)secret);
	return status == 0 || status == 1 ? 0 : -1;
}

int
site_diff(const struct site_dir *d, const char *state, const char *run_dir,
	  const struct digest *id)
{
	char tmp[] = "/tmp/vfield-site.XXXXXX";
	AUTO_FREE char *image = NULL;
	AUTO_FREE char *published = NULL;
	AUTO_FREE char *directory = NULL;
	int result = -1;

	if (mkdtemp(tmp) == NULL) {
		log_error("%s: %m", tmp);
		return -1;
	}
	image = path_in(tmp, "image");
	published = path_in(tmp, "published");
	directory = path_in(tmp, "directory");
	if (unpack(state, run_dir, id, image, published) == 0 &&
	    site_stage_copy(d, directory) == 0)
		result = compare(tmp);
	remove_tree(tmp);
	return result;
}
