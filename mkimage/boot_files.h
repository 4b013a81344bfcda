/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot_files: finds the files that a machine boots before it has the image:
 * kernel, initramfs, iPXE's ROMs, and the signed program of kernel and
 * initramfs.  They lie beside the image and are put into it too, so that a
 * machine which has booted from the image can boot others. */
#ifndef VF_MKIMAGE_BOOT_FILES_H
#define VF_MKIMAGE_BOOT_FILES_H

#include <stddef.h>

/* Path of the directory, relative to the image's root, that has the boot
 * files. */
#define BOOT_FILES_DIR "boot/vfield"

#define BOOT_FILES_MAX 8

struct boot_files {
	const char *dir; /* directory of the files; the caller's string */
	const char *names[BOOT_FILES_MAX];
	size_t n;
};

/* Fills f with dir and the names of the boot files that can be read in dir,
 * always in the same order. */
void boot_files_look(const char *dir, struct boot_files *f);

/* Checks that the directory `from` has all of iPXE's ROMs.  If `from` is NULL,
 * looks where distributions install them, and only logs a ROM that is missing.
 * Returns 0, or -1 if `from` lacks a ROM, which is logged. */
int boot_files_check_roms(const char *from);
/* Copies iPXE's ROMs, as far as boot_files_check_roms() finds them with the
 * same `from`, to dir.  Returns 0, or -1 with the error logged. */
int boot_files_copy_roms(const char *from, const char *dir);

#endif
