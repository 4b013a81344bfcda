/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rights: the mode of a file without its access control list.
 *
 * squashfs has no ACLs.  The group's bits of a file that has one are its mask,
 * so that the mode alone would give the group what the list gives to others,
 * and those whom the list denies something what everybody has (acl(5),
 * "Correspondence between ACL entries and file permission bits"). */
#ifndef VF_MKIMAGE_RIGHTS_H
#define VF_MKIMAGE_RIGHTS_H

#include <stdbool.h>
#include <sys/stat.h>

/* Sets *mode to the permission bits that give nobody more than file's list
 * does.  False: the file has no list; *mode is the file's. */
bool rights_without_acl(const char *file, const struct stat *st, mode_t *mode);

#endif
