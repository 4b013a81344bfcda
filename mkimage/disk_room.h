/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* disk_room: whether an image will fit where it goes, known before it is made.
 */
#ifndef VF_MKIMAGE_DISK_ROOM_H
#define VF_MKIMAGE_DISK_ROOM_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes of an image, roughly, whose files have so many on disk. */
uint64_t room_estimate(uint64_t bytes);

/* Checks that the places of the image and of the medium (NULL: none) have room
 * for so many bytes each, for both where they are one file system, and that
 * their file systems and V-FIELD take files of that size.  -1: logged, each
 * one that does not. */
int room_check(const char *output, const char *iso, uint64_t bytes);

#endif
