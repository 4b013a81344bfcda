/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* systemd: writes the unit that is added to an image whose source has
 * systemd. */
#ifndef VF_MKIMAGE_SYSTEMD_H
#define VF_MKIMAGE_SYSTEMD_H

#include <stdbool.h>
#include <stdio.h>

#define SYSTEMD_OWN "etc/systemd/system"
#define SYSTEMD_WANTS SYSTEMD_OWN "/multi-user.target.wants"
#define SYSTEMD_KEYS "vfield-ssh-keys.service"

/* Returns whether systemd is installed in the source whose root is the
 * directory `root`. */
bool systemd_is_in(const char *root);

/* Writes to `to` the unit SYSTEMD_KEYS, which makes SSH's host keys at boot if
 * the machine has none. */
void systemd_write_keys(FILE *to);

#endif
