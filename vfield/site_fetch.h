/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_fetch: unpacks a published site, whose image comes from the directory of
 * published sites, or from the node that runs on this machine.
 *
 * Errors   functions that fail have logged why. */
#ifndef VF_VFIELD_SITE_FETCH_H
#define VF_VFIELD_SITE_FETCH_H

#include "lib/digest.h"
#include "site/site.h"

struct site_fetch {
	const char *program;
	const char *state;   /* directory of published sites (site_past.h) */
	const char *run_dir; /* the run directory of the node */
};

/* Seconds without a byte after which such an image is given up.  Chosen: it has
 * some KB, which any machine that lives sends at once. */
#define SITE_FETCH_SILENCE "30"

/* Writes the image `id` to a new file by `vfield fetch`, which gives up after
 * SITE_FETCH_SILENCE, and when the signed word on `subject` names another
 * image.  subject NULL: no word names this one.  Returns 0, or -1. */
int site_fetch_image(const char *run_dir, const struct digest *id,
		     const char *subject, const char *file);
/* Unpacks the image `id` into the new directory DIR/NAME.  Returns 0, or -1. */
int site_fetch_unpack(const struct site_fetch *f, const struct digest *id,
		      const char *subject, const char *dir, const char *name);
/* Reads the hosts of the site in force, without its plugins, into *s, which
 * becomes NULL if there is no site, and the ids of their images into *images,
 * for free() (site_images.h); images may be NULL.  Returns 0, or -1. */
int site_fetch_hosts(const struct site_fetch *f, struct site **s,
		     char **images);

#endif
