/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fetch_device: opens a disk or a partition that `vfield fetch` is to overwrite
 * with an image.
 *
 * A device is written only if it is blank, or is a partition whose name begins
 * with `vfield-`, or the user has given --wipe.  A device is never written if
 * it or a part of it is mounted or otherwise in use, or if it is removable: a
 * stick that somebody has left in a machine is not what was meant.  A device is
 * blank if its first and its last FETCH_DEVICE_ENDS bytes, and samples between
 * them, are zeros. */
#ifndef VF_VFIELD_FETCH_DEVICE_H
#define VF_VFIELD_FETCH_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

/* Arbitrary: file systems, RAID and partition tables have their signatures in
 * the first or the last two MiB. */
#define FETCH_DEVICE_ENDS (4U << 20)

/* Opens the device at path for an image of `size` bytes.  Nobody else can mount
 * the device until the descriptor is closed.  Returns the descriptor; or -1
 * after writing the reason to why, which has FETCH_WHY bytes (fetch_file.h). */
int fetch_device_open(const char *path, uint64_t size, bool wipe, char *why);

#endif
