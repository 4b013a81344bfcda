/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* backup_check: checks a backup's archive of unknown origin, before and after
 * it is unpacked.  All functions return 0, or -1 with the error logged. */
#ifndef VF_VFIELD_BACKUP_CHECK_H
#define VF_VFIELD_BACKUP_CHECK_H

#include "vfield/backup.h"

/* Checks that the file begins as a tar archive that is not compressed, and that
 * it is not too large. */
int backup_check_file(const char *file);
/* Checks all files in the directory `dir`, into which an archive was unpacked.
 * Sets `there` of each part, and narrows the rights of all files: group and
 * others get no right that the file did not come with, and none at all in
 * secret parts. */
int backup_check(const char *dir, struct backup_part *parts);
/* Waits until the kernel has written the file to the disk. */
int backup_check_sync(const char *file);

#endif
