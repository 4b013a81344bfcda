/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_stage: the part of a site that is published, as an image.
 *
 * The image has the directory's files, and in plugins/ also those plugins of
 * V-FIELD that a host has, so that it is whole on any machine.  It has neither
 * names that begin with '.' at the top, nor .git, nor names that end with '~'.
 * Owners and times are not kept, modes are made 755, 644, and in secret/ 700
 * and 600: directories with the same files give the same image.
 *
 * Limits   SITE_STAGE_FILES files, SITE_STAGE_BYTES bytes; files, directories
 *          and symbolic links alone.
 */
#ifndef VF_VFIELD_SITE_STAGE_H
#define VF_VFIELD_SITE_STAGE_H

#include <stdbool.h>

#include "vfield/site_dir.h"

#define SITE_STAGE_FILES 65536
#define SITE_STAGE_BYTES (64 << 20)
#define SITE_STAGE_SECRET "secret"

/* Returns whether the site has a directory secret/ with anything in it. */
bool site_stage_has_secret(const struct site_dir *d);
/* Copies what is published of a site to the directory `work`, which is not
 * there yet.  Returns 0; -1: the log says why. */
int site_stage_copy(const struct site_dir *d, const char *work);
/* Makes the squashfs `file` of a site.  `work` is a directory that is not there
 * yet, and is gone afterwards.  Returns 0; -1: the log says why. */
int site_stage_squash(const struct site_dir *d, const char *work,
		      const char *file);
/* Unpacks the squashfs `file` into `dir`, which is not there yet.  Returns as
 * above. */
int site_stage_unpack(const char *file, const char *dir);

#endif
