/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* backup_check: looks through what an archive of unknown origin has brought.
 * All functions return 0, or -1 with the error logged. */
#ifndef VF_VFIELD_BACKUP_CHECK_H
#define VF_VFIELD_BACKUP_CHECK_H

#include "vfield/backup.h"

/* Checks that the file begins as a tar archive that is not packed, and is not
 * too large. */
int backup_check_file(const char *file);
/* Looks through the directory into which it was unpacked.  Sets `there` of each
 * part, and the rights of all files: none gets wider ones than it came with,
 * and others have none in secret parts. */
int backup_check(const char *dir, struct backup_part *parts);
/* Has the kernel write the file to the disk. */
int backup_check_sync(const char *file);

#endif
