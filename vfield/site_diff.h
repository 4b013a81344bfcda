/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_diff: prints how a site's directory differs from a published one, by
 * diff(1). */
#ifndef VF_VFIELD_SITE_DIFF_H
#define VF_VFIELD_SITE_DIFF_H

#include "vfield/site_dir.h"
#include "vfield/site_fetch.h"

/* Prints on stdout what publishing the directory d would change in the site of
 * the image `id`.  Files in secret/ that differ are named, but not shown.
 * Returns 0; -1: the log says why. */
int site_diff(const struct site_dir *d, const struct site_fetch *f,
	      const struct digest *id);

#endif
