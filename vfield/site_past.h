/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_past: the sites that were published from this machine, with their
 * images:
 *
 *   STATE/site/log                    lines "VERSION TIME ID"
 *   STATE/site/ID/site.squashfs       an image, in a directory named by the
 *                                     first digits of its id
 *   STATE/site/current                a link to the directory of the image that
 *                                     was published last, for a node that is
 *                                     started again
 *
 * Errors   functions that fail have logged why.
 * Limits   the last SITE_PAST_MAX lines are read.
 */
#ifndef VF_VFIELD_SITE_PAST_H
#define VF_VFIELD_SITE_PAST_H

#include <stddef.h>
#include <stdint.h>

#include "lib/digest.h"

#define SITE_STATE "/var/lib/vfield"
#define SITE_PAST_MAX 1024
#define SITE_PAST_DIGITS 16 /* digits of an id in a directory's name */
#define SITE_IMAGE "site.squashfs"
#define SITE_PAST_CURRENT "current"

struct site_past {
	uint64_t version; /* version of the word */
	uint64_t time_s;  /* seconds since 1970 */
	struct digest id; /* id of the image */
};

/* Returns the path of the image's directory, or of a file STATE/site/NAME, for
 * free(). */
char *site_past_dir(const char *state, const struct digest *id);
char *site_past_file(const char *state, const char *name);
/* Reads the log into an array, the oldest first, for free().  Returns NULL, and
 * *n 0, if there is none, or it cannot be read. */
struct site_past *site_past_read(const char *state, size_t *n);
/* Makes the link `current` lead to the image's directory, if there is that
 * directory.  Returns 0, or -1. */
int site_past_link(const char *state, const struct digest *id);
/* Appends a line.  Returns 0, or -1. */
int site_past_append(const char *state, const struct site_past *p);

#endif
