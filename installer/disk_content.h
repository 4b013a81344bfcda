/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* disk_content: finds out by the content of a disk whether the disk is blank,
 * ours or foreign.  find_disk.h decides by that whether the disk may be
 * written.
 *
 * A disk is BLANK if libblkid finds nothing on it, and if its beginning, its
 * end and samples between them are zeros (or ones, as on some flash that was
 * erased).  A disk is OURS if all of these hold: its table is a GPT whose GUID
 * was made by disk_guid() of the same site; each of its partitions has a name
 * that begins with LAYOUT_PREFIX; and it carries a stamp of the site (stamp.h).
 * Any other disk that can be read is FOREIGN: labels such as "root" prove
 * nothing.
 *
 * The disk is only read.  libblkid parses the disk's bytes, which are hostile.
 */
#ifndef VF_INSTALLER_DISK_CONTENT_H
#define VF_INSTALLER_DISK_CONTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "installer/layout.h"
#include "installer/stamp.h"

#define DISK_GUID 37 /* bytes of a GUID as text, with the NUL */
#define DISK_WHAT 160

enum disk_verdict {
	DISK_BLANK,
	DISK_OURS,
	DISK_FOREIGN,
	DISK_UNREADABLE,
};

struct disk_found {
	enum disk_verdict verdict;
	/* description of the disk, for messages; printable characters only */
	char what[DISK_WHAT];
	uint64_t size; /* bytes */
	/* `stamp` was read from the disk, and is of the same site */
	bool stamped;
	struct stamp stamp;
	/* partitions of a disk that is OURS; of each only the name, without
	 * LAYOUT_PREFIX, and the position are set */
	struct layout table;
};

/* Returns the hash of a site's id, which identifies the site's disks. */
struct digest disk_site(const char *id);
/* Writes a new GUID for a disk of the site: 6 random bytes, and a hash of these
 * and of `site`.  Returns 0, or -1 and errno. */
int disk_guid(const struct digest *site, char guid[DISK_GUID]);
bool disk_guid_ours(const struct digest *site, const char *guid);

/* Looks at the content of the disk fd, which has `size` bytes, and fills in d.
 */
void disk_look(int fd, uint64_t size, const struct digest *site,
	       struct disk_found *d);
/* Returns true if the disk is OURS, and its partitions have the names and
 * positions of those of l, which was placed. */
bool disk_has_table(const struct disk_found *d, const struct layout *l);

#endif
