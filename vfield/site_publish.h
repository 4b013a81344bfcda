/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_publish: puts a site in force: makes an image of its directory, which
 * the node on this machine serves, and signs the word that names the image.
 *
 * Errors   functions that fail have logged why. */
#ifndef VF_VFIELD_SITE_PUBLISH_H
#define VF_VFIELD_SITE_PUBLISH_H

#include "vfield/site_dir.h"
#include "vfield/site_past.h"

struct site_publish {
	const char *program;
	const char *state;   /* directory of published sites (site_past.h) */
	const char *run_dir; /* the run directory of the node */
	const char *key;     /* path of the private key (sign.h) */
};

/* Makes the image of the site in d, keeps it in the directory of published
 * sites, and sets *id to its id.  Adds an error to d for each image that a host
 * names and no node has.  Returns 0, or -1. */
int site_publish_image(const struct site_publish *p, struct site_dir *d,
		       struct digest *id);
/* Publishes the site in d, and otherwise does what site_publish_image does. */
int site_publish(const struct site_publish *p, struct site_dir *d,
		 struct digest *id);
/* Publishes again the site of the past whose image is `id`.  Returns 0, or -1.
 */
int site_publish_again(const struct site_publish *p, const struct digest *id);

#endif
