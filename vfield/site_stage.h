/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_stage: makes the image of a site, from those files that are published.
 *
 * The image has the files of the site's directory.  In plugins/ it also has
 * those plugins of V-FIELD that a host uses, so that the image is complete on
 * any machine.  If the ids of the hosts' images were looked for, it has these
 * too (site_images.h).  It leaves out names at the top that begin with '.', all
 * that is called .git, and names that end with '~'.  It does not keep owners
 * and times.  Modes become 755 or 644, and in secret/ 700 or 600.  So
 * directories with the same files give the same image.
 *
 * Limits   SITE_STAGE_FILES files, SITE_STAGE_BYTES bytes; files, directories
 *          and symbolic links alone. */
#ifndef VF_VFIELD_SITE_STAGE_H
#define VF_VFIELD_SITE_STAGE_H

#include <stdbool.h>

#include "vfield/site_dir.h"

#define SITE_STAGE_FILES 65536
#define SITE_STAGE_BYTES (64 << 20)
#define SITE_STAGE_SECRET "secret"

/* Returns true if the site has a directory secret/ that is not empty. */
bool site_stage_has_secret(const struct site_dir *d);
/* Copies the files of a site that are published to the new directory `work`.
 * Returns 0; -1: the log says why. */
int site_stage_copy(const struct site_dir *d, const char *work);
/* Makes the squashfs `file` of a site.  Uses the new directory `work` for that,
 * and removes it.  Returns 0; -1: the log says why. */
int site_stage_squash(const struct site_dir *d, const char *work,
		      const char *file);
/* Unpacks the squashfs `file` into the new directory `dir`.  Returns 0; -1: the
 * log says why. */
int site_stage_unpack(const char *file, const char *dir);

#endif
