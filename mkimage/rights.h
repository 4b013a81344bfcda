/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rights: finds the mode that a file can have where its access control list
 * (ACL) is lost.
 *
 * squashfs stores no ACLs.  The group bits in the mode of a file with an ACL
 * are the ACL's mask.  The mode alone would give the group all that the mask
 * allows, and would give a user or group to whom the ACL denies something the
 * rights of all others (acl(5), "Correspondence between ACL entries and file
 * permission bits"). */
#ifndef VF_MKIMAGE_RIGHTS_H
#define VF_MKIMAGE_RIGHTS_H

#include <stdbool.h>
#include <sys/stat.h>

/* Sets *mode to permission bits that give nobody more rights than the file's
 * ACL does; without an ACL, to those in st.  Returns whether the file has an
 * ACL. */
bool rights_without_acl(const char *file, const struct stat *st, mode_t *mode);

#endif
