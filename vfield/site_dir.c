/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/site_dir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"

/* Checks that the site has a file in disks/ for each disk layout that a host
 * names; adds an error for the first that is missing. */
static void
check_disks(struct site_dir *d)
{
	for (size_t i = 0; i < name_set_count(site_names(d->site)); i++) {
		const struct site_host *h = site_host_at(d->site, i);
		AUTO_FREE char *path = NULL;
		size_t n;
		const struct site_value *const *v = site_values(h, "disk", &n);
		struct stat st;

		if (n == 0)
			continue;
		if (asprintf(&path, "%s/disks/%s", d->where.dir, v[0]->text) ==
		    -1)
			log_fatal("%m");
		if (stat(path, &st) == -1 || !S_ISREG(st.st_mode)) {
			site_error(&d->errors, v[0]->file, v[0]->line,
				   "disk = %s: there is no file disks/%s",
				   v[0]->text, v[0]->text);
			return;
		}
	}
}

int
site_dir_read(const struct site_where *w, struct site_dir *d)
{
	struct site_plugins plugins;

	*d = (struct site_dir){.where = *w};
	d->shelf = shelf_new(w->dir, w->shipped);
	if (d->shelf == NULL) {
		log_error("%m");
		return -1;
	}
	plugins = shelf_site_plugins(d->shelf);
	d->site = site_load(w->dir, &plugins, &d->errors);
	if (d->site != NULL) {
		check_disks(d);
		shelf_check(d->shelf, d->site, &d->errors);
	}
	return 0;
}

int
site_dir_log(const struct site_dir *d)
{
	size_t n = d->errors.n;

	for (size_t i = 0; i < n && i < SITE_ERRORS_MAX; i++) {
		const struct site_error *e = &d->errors.v[i];

		if (e->line > 0)
			log_error("%s/%s:%u: %s", d->where.dir, e->file,
				  e->line, e->text);
		else
			log_error("%s/%s: %s", d->where.dir, e->file, e->text);
	}
	if (n > SITE_ERRORS_MAX)
		log_error("and %zu errors more", n - SITE_ERRORS_MAX);
	return n == 0 ? 0 : -1;
}

int
site_dir_judge(struct site_dir *d)
{
	int result = site_dir_log(d);

	if (result == -1)
		site_dir_close(d);
	return result;
}

int
site_dir_open(const struct site_where *w, struct site_dir *d)
{
	return site_dir_read(w, d) == -1 ? -1 : site_dir_judge(d);
}

void
site_dir_close(struct site_dir *d)
{
	site_free(d->site);
	shelf_free(d->shelf);
	free(d->images);
	d->images = NULL;
	d->site = NULL;
	d->shelf = NULL;
}
