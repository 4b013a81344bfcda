/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_publish: makes a site the one that is in force: its directory becomes an
 * image, which the node that runs here serves, and a signed word names it.
 *
 * Errors   functions that fail have logged why.
 */
#ifndef VF_VFIELD_SITE_PUBLISH_H
#define VF_VFIELD_SITE_PUBLISH_H

#include "vfield/site_dir.h"
#include "vfield/site_past.h"

struct site_publish {
	const char *program;
	const char *state;   /* directory of what was published: site_past.h */
	const char *run_dir; /* that of the node */
	const char *key;     /* the private key: sign.h */
};

/* Makes the image of a site and keeps it in the state's directory; *id is the
 * image's.  Returns 0, or -1. */
int site_publish_image(const struct site_publish *p, const struct site_dir *d,
		       struct digest *id);
/* Publishes the site.  Returns 0, or -1; *id is the image's. */
int site_publish(const struct site_publish *p, const struct site_dir *d,
		 struct digest *id);
/* Publishes again a site of the past, by its image.  Returns 0, or -1. */
int site_publish_again(const struct site_publish *p, const struct digest *id);

#endif
