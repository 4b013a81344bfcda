/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/site_diff.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/remove_tree.h"
#include "vfield/run_program.h"
#include "vfield/site_stage.h"

static bool
has_secret(const char *tmp, const char *name)
{
	AUTO_FREE char *dir = path_in(tmp, name);
	AUTO_FREE char *secret = path_in(dir, SITE_STAGE_SECRET);

	return access(secret, F_OK) == 0;
}

/* Prints how the directories "published" and "directory" in `tmp` differ, by
 * diff(1).  Returns 0; -1: diff failed. */
static int
compare(const char *tmp)
{
	static const char *const all[] = {
	    "diff",      "-ruN",      "-x", SITE_STAGE_SECRET,
	    "published", "directory", NULL};
	static const char *const secret[] = {
	    "diff", "-rqN", "published/" SITE_STAGE_SECRET,
	    "directory/" SITE_STAGE_SECRET, NULL};
	int status = run_program(tmp, all);

	if ((status == 0 || status == 1) &&
	    (has_secret(tmp, "published") || has_secret(tmp, "directory")))
		status = run_program(tmp, secret);
	return status == 0 || status == 1 ? 0 : -1;
}

int
site_diff(const struct site_dir *d, const struct site_fetch *f,
	  const struct digest *id)
{
	char tmp[] = "/tmp/vfield-site.XXXXXX";
	AUTO_FREE char *directory = NULL;
	int result = -1;

	if (mkdtemp(tmp) == NULL) {
		log_error("%s: %m", tmp);
		return -1;
	}
	directory = path_in(tmp, "directory");
	if (site_fetch_unpack(f, id, NULL, tmp, "published") == 0 &&
	    site_stage_copy(d, directory) == 0)
		result = compare(tmp);
	remove_tree(tmp);
	return result;
}
