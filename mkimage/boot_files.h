/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot_files: puts kernel, initramfs and iPXE beside the image and into it, so
 * that a machine which has booted can boot others. */
#ifndef VF_MKIMAGE_BOOT_FILES_H
#define VF_MKIMAGE_BOOT_FILES_H

#include <stddef.h>

/* The boot files' directory in an image, from its root on. */
#define BOOT_FILES_DIR "boot/vfield"

#define BOOT_FILES_MAX 8

struct boot_files {
	const char *dir; /* the directory that has them; not copied */
	const char *names[BOOT_FILES_MAX];
	size_t n;
};

/* Finds the boot files that are in dir, in the order in which images have
 * them. */
void boot_files_look(const char *dir, struct boot_files *f);

/* iPXE's ROMs must all be in from; where from is NULL they are looked for where
 * distributions put them, and may be missing.  -1: logged. */
int boot_files_check_roms(const char *from);
/* Copies iPXE's ROMs to dir.  -1: logged. */
int boot_files_copy_roms(const char *from, const char *dir);

#endif
