/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot_config: scripts that have a boot loader start an image. */
#ifndef VF_MKIMAGE_BOOT_CONFIG_H
#define VF_MKIMAGE_BOOT_CONFIG_H

/* Writes DIR/boot.ipxe and DIR/pxelinux.cfg for an image's id and with words
 * that the kernel gets besides.  -1: logged. */
int boot_config_write(const char *dir, const char *id, const char *words);

#endif
