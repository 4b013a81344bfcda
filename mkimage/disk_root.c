/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/disk_root.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/fstab_mounts.h"
#include "mkimage/disk_part.h"
#include "mkimage/subvolume.h"

/* Result of the search for the root among the partitions considered so far. */
struct choice {
	unsigned found; /* how many roots there are; more than 1 is an error */
	/* index of the first root in disk.parts */
	unsigned part;
	/* mount option that selects the root's subvolume, or NULL */
	char *subvolume;
};

static bool
may_be_root(const struct part *p)
{
	static const char *const never[] = {"swap", "vfat", "ntfs", "exfat",
					    "BitLocker"};

	if (p->type[0] == '\0' || part_closed(p) != NULL)
		return false;
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (strcmp(p->type, never[i]) == 0)
			return false;
	return true;
}

/* Returns whether partition n holds the root of a Linux.  To see that, mounts
 * the partition on `at` for a moment, with the option `subvolume` unless that
 * is NULL.  If the partition cannot be mounted, warns and returns false. */
static bool
is_root(const struct root *r, struct parts *p, unsigned n,
	const char *subvolume, const char *at)
{
	bool is;

	if (parts_mount(p, n, subvolume, at) == -1) {
		log_warn("%s: partition %d (%s%s%s) cannot be mounted: %m",
			 r->name, p->disk.parts[n].number,
			 p->disk.parts[n].type, subvolume != NULL ? ", " : "",
			 subvolume != NULL ? subvolume : "");
		return false;
	}
	is = is_system(at);
	view_end(at);
	return is;
}

/* Returns how many roots of a Linux partition n has: 0, 1, or 2 for several.
 * Sets *subvolume to the mount option, malloc'ed, that selects the root; NULL:
 * none is needed.  If the default subvolume of a btrfs is no root, searches all
 * its subvolumes, from the top (subvolume 5).  Nothing stays mounted. */
static unsigned
roots_of(const struct root *r, struct parts *p, unsigned n, const char *at,
	 char **subvolume)
{
	AUTO_FREE char *wanted = NULL;
	bool several;

	*subvolume = NULL;
	if (r->subvolume != NULL &&
	    asprintf(&wanted, "subvol=%s", r->subvolume) == -1)
		log_fatal("%s: %m", r->name);
	if (is_root(r, p, n, wanted, at)) {
		*subvolume = TAKE_PTR(wanted);
		return 1;
	}
	if (wanted != NULL || strcmp(p->disk.parts[n].type, "btrfs") != 0 ||
	    parts_mount(p, n, "subvolid=5", at) == -1)
		return 0;
	*subvolume = subvolume_find(at, r->name, &several);
	view_end(at);
	return several ? 2 : *subvolume != NULL;
}

static void
consider(const struct root *r, struct parts *p, unsigned n, const char *at,
	 struct choice *c)
{
	const struct part *part = &p->disk.parts[n];
	char *subvolume;
	unsigned roots;

	if ((r->partition != ROOT_ANY &&
	     r->partition != (uint64_t)part->number) ||
	    !may_be_root(part))
		return;
	roots = roots_of(r, p, n, at, &subvolume);
	if (roots > 0 && c->found > 0)
		log_error("%s: partition %d and partition %d are roots of a "
			  "Linux; choose with --partition",
			  r->name, p->disk.parts[c->part].number, part->number);
	if (roots > 0 && c->found == 0) {
		c->part = n;
		c->subvolume = TAKE_PTR(subvolume);
	}
	c->found += roots;
	free(subvolume);
}

static void
say_none(const struct root *r, const struct disk *d)
{
	log_error("%s: no root of a Linux in it: no file system with "
		  "/etc/os-release and /sbin/init%s",
		  r->name, d->n == 0 ? "; it has no partitions either" : "");
	for (unsigned i = 0; i < d->n; i++) {
		const char *why = part_closed(&d->parts[i]);

		if (why != NULL)
			log_error("%s: partition %d is %s", r->name,
				  d->parts[i].number, why);
	}
}

/* Mounts the root found, c, on the directory `at`, and below it the file
 * systems that the root's fstab names.  Returns 0, or -1 with the error
 * logged. */
static int
mount_all(const struct root *r, struct parts *p, const struct choice *c,
	  const char *at, unsigned *missing)
{
	const struct part *part = &p->disk.parts[c->part];

	if (parts_mount(p, c->part, c->subvolume, at) == -1) {
		log_error("%s: partition %d: %m", r->name, part->number);
		return -1;
	}
	if (part->number > 0 || c->subvolume != NULL)
		log_info("%s: partition %d (%s%s%s) is the root", r->name,
			 part->number, part->type,
			 c->subvolume != NULL ? ", " : "",
			 c->subvolume != NULL ? c->subvolume : "");
	*missing += follow_fstab(r, p, c->part, at);
	return 0;
}

int
root_mount(const struct root *r, const char *at, unsigned *missing)
{
	struct parts *p = parts_open(r->file);
	struct choice c = {0};
	int result = -1;

	if (p == NULL) {
		log_error("%s: %m", r->name);
		return -1;
	}
	for (unsigned i = 0; i < p->disk.n; i++)
		consider(r, p, i, at, &c);
	if (c.found == 0)
		say_none(r, &p->disk);
	if (c.found == 1)
		result = mount_all(r, p, &c, at, missing);
	free(c.subvolume);
	parts_close(p);
	return result;
}
