/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fetch_device: a disk or a partition that an image is to overwrite.
 *
 * A device is written only if it is blank, or is a partition whose name begins
 * with `vfield-`, or the user has said --wipe; never if it or a part of it is
 * mounted or otherwise in use, nor if it can be removed: a stick that somebody
 * has left in a machine is not what was meant.  A device is blank if its first
 * and its last FETCH_DEVICE_ENDS bytes, and samples between them, are zeros.
 */
#ifndef VF_VFIELD_FETCH_DEVICE_H
#define VF_VFIELD_FETCH_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

/* Chosen: file systems, RAID and partition tables have what tells of them in
 * the first or the last two MiB. */
#define FETCH_DEVICE_ENDS (4U << 20)

/* Opens the device at path for an image of `size` bytes.  Nobody else can mount
 * it until the descriptor is closed.  Returns the descriptor; -1: why, of
 * FETCH_WHY bytes (fetch_file.h), has the reason. */
int fetch_device_open(const char *path, uint64_t size, bool wipe, char *why);

#endif
