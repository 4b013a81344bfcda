/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/jobs_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/write_anew.h"
#include "mkimage/contents.h"
#include "site/jobs.h"
#include "site/site.h"

#define DAY_S 86400

/* Adds the hosts of the site in dir that `nodes` means to the set.  Returns 0,
 * or -1 with the error logged. */
static int
find_hosts(const char *dir, const char *nodes, struct name_set *to)
{
	struct site_errors errors = {0};
	struct site *s = site_load(dir, NULL, &errors);
	char why[RANGES_WHY];
	int result = -1;

	if (s == NULL)
		log_error("%s/%s:%u: %s", dir, errors.v[0].file,
			  errors.v[0].line, errors.v[0].text);
	else if (site_hosts_of(s, nodes, to, why) == -1)
		log_error("--install %s: %s", nodes, why);
	else
		result = 0;
	site_free(s);
	return result;
}

int
jobs_list_check(const char *site, const char *nodes)
{
	struct name_set *names = name_set_new();
	int result = -1;

	if (names == NULL)
		log_error("%m");
	else
		result = find_hosts(site, nodes, names);
	name_set_free(names);
	return result;
}

static int
add_jobs(struct jobs *j, const struct name_set *names)
{
	uint64_t now_s = time(NULL);
	struct jobs_line l = {.number = now_s,
			      .verb = JOBS_INSTALL,
			      .expires_s = now_s + JOBS_LIST_DAYS * DAY_S};

	for (size_t i = 0; i < name_set_count(names); i++) {
		strcpy(l.who, name_set_at(names, i));
		if (jobs_add(j, &l) == -1)
			return -1;
	}
	return 0;
}

int
jobs_list_make(const char *site, const char *nodes, const char *dir,
	       char id[DIGEST_HEX])
{
	AUTO_FREE char *file = path_in(dir, JOBS_LIST_FILE);
	AUTO_FREE char *manifest = path_in(dir, JOBS_LIST_FILE ".vfm");
	struct name_set *names = name_set_new();
	struct jobs j = {0};
	int result = -1;

	id[0] = '\0';
	if (nodes == NULL)
		result = 0;
	else if (names == NULL)
		log_error("%m");
	else
		result = find_hosts(site, nodes, names);
	if (result == 0 && nodes != NULL &&
	    (add_jobs(&j, names) == -1 ||
	     write_anew(file, jobs_print, &j) == -1)) {
		log_error("%s: %m", file);
		result = -1;
	}
	jobs_free(&j);
	name_set_free(names);
	if (result == -1 || nodes == NULL)
		return result;
	return contents_manifest(file, JOBS_LIST_NAME, manifest, id);
}
