/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fstab_mounts: mounts in a root the file systems that the root's fstab
 * names. */
#ifndef VF_MKIMAGE_FSTAB_MOUNTS_H
#define VF_MKIMAGE_FSTAB_MOUNTS_H

#include "mkimage/disk_part.h"
#include "mkimage/disk_root.h"

/* Mounts the file systems that the fstab of a root names; the root is partition
 * n of p and is mounted on the directory `at`.  Returns how many lines could
 * not be parsed, or name a file system that belongs in the image but could not
 * be mounted; each of the latter is logged, with the reason.  Skips lines whose
 * directory r->out hides, and does not count lines with the option noauto. */
unsigned follow_fstab(const struct root *r, struct parts *p, unsigned n,
		      const char *at);

#endif
