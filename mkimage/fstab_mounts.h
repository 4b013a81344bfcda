/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fstab_mounts: the file systems that a root's fstab mounts in it. */
#ifndef VF_MKIMAGE_FSTAB_MOUNTS_H
#define VF_MKIMAGE_FSTAB_MOUNTS_H

#include "mkimage/disk_part.h"
#include "mkimage/disk_root.h"

/* Mounts them in the root, shown at `at`, which is partition n of p.  Returns
 * the number of lines that belong to the image and could not be followed;
 * each is logged, with why.  A line is passed over if r->out hides its
 * directory, and is no loss if the system mounts it only when asked to. */
unsigned follow_fstab(const struct root *r, struct parts *p, unsigned n,
		      const char *at);

#endif
