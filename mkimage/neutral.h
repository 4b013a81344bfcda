/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* neutral: makes files for the image in place of those of the source that
 * belong to one machine.
 *
 * A file is made only if the source's own file is on the list of what is left
 * out, and the file's directory comes into the image:
 *
 *   etc/machine-id    empty, so that an id is made at each boot.  The text
 *                     "uninitialized" would make systemd take each boot for the
 *                     first one and apply presets, which takes half a minute in
 *                     a guest of QEMU
 *   etc/fstab         empty
 *   etc/hosts         the source's, without the machine's own name
 *   etc/shadow, etc/gshadow   the source's, without the passwords
 *   etc/network/interfaces    the loopback interface
 *
 * If the source has systemd, and SSH's host keys are left out, a unit is added
 * that makes host keys at boot. */
#ifndef VF_MKIMAGE_NEUTRAL_H
#define VF_MKIMAGE_NEUTRAL_H

#include <stdio.h>

#include "mkimage/patterns.h"

/* Makes the neutral files, for the source whose root is the directory `root`,
 * in the existing directory dir.  Writes to `pseudo` the pseudo definitions by
 * which mksquashfs adds these files, with `epoch` as their time.  mksquashfs
 * needs VFIELD_NEUTRAL=dir in its environment.  Returns 0, or -1 with the error
 * logged. */
int neutral_make(const char *root, const struct patterns *out,
		 const char *epoch, const char *dir, FILE *pseudo);

/* Writes a line of hosts(5) to `to`.  If the line's address is a loopback one,
 * leaves out the names of the host `machine`, with or without a domain, and
 * writes nothing if no name is left. */
void neutral_hosts_line(const char *line, const char *machine, FILE *to);
/* Writes a line of shadow(5) or gshadow(5) with "*" in place of the
 * password. */
void neutral_shadow_line(const char *line, FILE *to);

#endif
