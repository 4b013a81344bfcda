/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* neutral: files of the image in place of those that belong to one machine.
 *
 * Each is made only where the list leaves the source's own file out, and where
 * its directory comes in:
 *
 *   etc/machine-id    empty: an id is made at each boot.  Not "uninitialized",
 *                     by which systemd takes each boot for the first one, and
 *                     applies presets: half a minute in a guest of QEMU's
 *   etc/fstab         empty
 *   etc/hosts         the source's, without its own name
 *   etc/shadow, etc/gshadow   the source's, without a password
 *   etc/network/interfaces    the loopback interface
 *
 * And for systemd a unit that makes SSH's host keys, where no key comes in.
 */
#ifndef VF_MKIMAGE_NEUTRAL_H
#define VF_MKIMAGE_NEUTRAL_H

#include <stdio.h>

#include "mkimage/patterns.h"

/* Makes them in dir, which is there, for the source that is shown at root, and
 * writes their pseudo definitions, with the time epoch, for mksquashfs; its
 * environment's VFIELD_NEUTRAL is dir.  -1: logged. */
int neutral_make(const char *root, const struct patterns *out,
		 const char *epoch, const char *dir, FILE *pseudo);

/* A line of hosts(5) without the names of a machine, and of its domain, if its
 * address is of the loopback; else as it is. */
void neutral_hosts_line(const char *line, const char *machine, FILE *to);
/* A line of shadow(5) or gshadow(5) with "*" for a password. */
void neutral_shadow_line(const char *line, FILE *to);

#endif
