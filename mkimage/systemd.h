/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* systemd: files that an image with systemd wants besides the source's. */
#ifndef VF_MKIMAGE_SYSTEMD_H
#define VF_MKIMAGE_SYSTEMD_H

#include <stdio.h>

/* The version that takes "uninitialized" in /etc/machine-id: its NEWS, 247. */
#define SYSTEMD_UNINITIALIZED 247

#define SYSTEMD_OWN "etc/systemd/system"
#define SYSTEMD_PRESETS "etc/systemd/system-preset"
#define SYSTEMD_WANTS SYSTEMD_OWN "/multi-user.target.wants"
#define SYSTEMD_KEYS "vfield-ssh-keys.service"

/* The version of a root's systemd; 0: it has none, or none that is known. */
unsigned systemd_version(const char *root);

/* Writes a unit that makes SSH's host keys where there are none. */
void systemd_write_keys(FILE *to);
/* Writes presets by which the units that are enabled stay so, and no other
 * becomes enabled (systemd.preset(5)). */
void systemd_write_presets(const char *root, FILE *to);

#endif
