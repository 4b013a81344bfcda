/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* disk_room: estimates how large an image will be, and checks before it is made
 * that it will fit where it is to be written. */
#ifndef VF_MKIMAGE_DISK_ROOM_H
#define VF_MKIMAGE_DISK_ROOM_H

#include <stdbool.h>
#include <stdint.h>

/* Returns roughly how many bytes an image has if its files take `bytes` bytes
 * on the source's disk. */
uint64_t room_estimate(uint64_t bytes);

/* Checks that an image of `bytes` bytes can be written to the path output, and
 * a medium of as many bytes to the path iso (NULL: no medium).  The file system
 * of each path must have room, for both files if it is the same one, and allow
 * files of that size; and the image must not be larger than V-FIELD allows.
 * Returns 0, or -1 with every problem logged. */
int room_check(const char *output, const char *iso, uint64_t bytes);

#endif
