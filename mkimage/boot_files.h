/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot_files: what a machine that has booted needs to boot others, beside the
 * image and in it: kernel, initramfs, and iPXE for firmware that cannot speak
 * HTTP. */
#ifndef VF_MKIMAGE_BOOT_FILES_H
#define VF_MKIMAGE_BOOT_FILES_H

#include <stddef.h>

/* Where they are in an image, from its root on. */
#define BOOT_FILES_DIR "boot/vfield"

#define BOOT_FILES_MAX 8

struct boot_files {
	const char *dir; /* where they are now; is not copied */
	const char *names[BOOT_FILES_MAX];
	size_t n;
};

/* Those of names that are in dir, in the order in which images have them. */
void boot_files_look(const char *dir, struct boot_files *f);

/* iPXE's ROMs are in from, where all must be, or, if that is NULL, where
 * distributions put them, where they need not be.  -1: logged. */
int boot_files_check_roms(const char *from);
/* Copies them to dir.  -1: logged. */
int boot_files_copy_roms(const char *from, const char *dir);

#endif
