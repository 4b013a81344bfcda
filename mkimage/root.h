/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* root: the root of an installed Linux among the partitions of a disk. */
#ifndef VF_MKIMAGE_ROOT_H
#define VF_MKIMAGE_ROOT_H

#include <stdint.h>

#define ROOT_ANY UINT64_MAX

/* Mounts the root at `at`, read-only, with what its fstab has on the same disk;
 * partition is the number of the wanted one, or ROOT_ANY.  Returns the
 * directory that is the root, malloc'ed, which is `at` or in it.  NULL: logged.
 * Messages call the disk name. */
char *root_mount(const char *file, const char *name, uint64_t partition,
		 const char *at);

#endif
