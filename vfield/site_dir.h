/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_dir: reads a site's directory, and checks it together with its plugins.
 */
#ifndef VF_VFIELD_SITE_DIR_H
#define VF_VFIELD_SITE_DIR_H

#include "lib/options.h"
#include "site/shelf.h"

#define SITE_DIR "/etc/vfield/site"

struct site_where {
	const char *dir; /* the site's directory */
	/* directory of shipped plugins; NULL: the one installed with vfield */
	const char *shipped;
};

/* Options of a command that reads a site's directory.  The struct that the
 * command defines as OPT_SETTINGS has a struct site_where, `where`. */
#define SITE_DIR_OPTIONS                                                       \
	OPT("site", 's', STRING, where.dir, "DIR", "the site's directory"),    \
	    OPT("plugins", 0, STRING, where.shipped, "DIR",                    \
		"plugins beside the site's own")

struct site_dir {
	struct site_where where;
	struct shelf *shelf;
	struct site *site; /* NULL if an error was found */
	struct site_errors errors;
	char *
	    /* text with the ids of the images that hosts name (site_images.h);
	     * NULL: none */
	    images;
};

/* Reads and checks the site.  Errors in the site are put into d->errors.
 * Returns 0; -1: there is no memory, which is logged. */
int site_dir_read(const struct site_where *w, struct site_dir *d);
/* Logs the errors of a site that was read.  Returns 0 if there are none, else
 * -1. */
int site_dir_log(const struct site_dir *d);
/* Does what site_dir_log does, and closes d if there are errors. */
int site_dir_judge(struct site_dir *d);
/* Reads and checks the site, and logs its errors.  Returns 0; -1 if there are
 * any, or no memory. */
int site_dir_open(const struct site_where *w, struct site_dir *d);
void site_dir_close(struct site_dir *d);

#endif
