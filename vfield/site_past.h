/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_past: lists the sites that were published from this machine, with their
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
 * Limits   the last SITE_PAST_MAX lines are read. */
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
	uint64_t version; /* version of the signed word that named the image */
	uint64_t time_s;  /* time of that word, in seconds since 1970 */
	struct digest id; /* the image's id */
};

/* Return paths, for free(): site_past_dir that of the directory of the image
 * `id`, site_past_file that of the file STATE/site/NAME. */
char *site_past_dir(const char *state, const struct digest *id);
char *site_past_file(const char *state, const char *name);
/* Reads the log into an array for free(), the oldest line first, and sets *n to
 * its length.  Returns NULL and sets *n to 0 if the log is missing, empty or
 * cannot be read. */
struct site_past *site_past_read(const char *state, size_t *n);
/* Makes the link `current` lead to the directory of the image `id`; does
 * nothing if there is no such directory.  Returns 0, or -1. */
int site_past_link(const char *state, const struct digest *id);
/* Appends a line for p to the log.  Returns 0, or -1. */
int site_past_append(const char *state, const struct site_past *p);

#endif
