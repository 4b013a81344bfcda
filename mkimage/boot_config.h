/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot_config: writes the scripts by which iPXE and pxelinux boot an image. */
#ifndef VF_MKIMAGE_BOOT_CONFIG_H
#define VF_MKIMAGE_BOOT_CONFIG_H

/* Writes boot.ipxe and pxelinux.cfg in the directory dir.  Both scripts pass
 * the image's id, and then `words`, which may be "", to the kernel.  Returns 0,
 * or -1 with the error logged. */
int boot_config_write(const char *dir, const char *id, const char *words);

#endif
