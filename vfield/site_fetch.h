/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_fetch: unpacks a published site, from the state's directory or from the
 * node that runs here.
 *
 * Errors   functions that fail have logged why.
 */
#ifndef VF_VFIELD_SITE_FETCH_H
#define VF_VFIELD_SITE_FETCH_H

#include "lib/digest.h"
#include "site/site.h"

struct site_fetch {
	const char *program;
	const char *state;   /* directory of what was published: site_past.h */
	const char *run_dir; /* that of the node */
};

/* Writes the image `id` to a file, as `vfield fetch` does.  Returns 0, or -1.
 */
int site_fetch_image(const char *run_dir, const struct digest *id,
		     const char *file);
/* Unpacks the image `id` into the directory DIR/NAME, which is not there yet.
 * Returns 0, or -1. */
int site_fetch_unpack(const struct site_fetch *f, const struct digest *id,
		      const char *dir, const char *name);
/* Reads the hosts of the site in force, without its plugins.  Returns 0, and
 * *s is NULL if there is no site; or -1. */
int site_fetch_hosts(const struct site_fetch *f, struct site **s);

#endif
