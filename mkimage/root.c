/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/root.h"

#include <errno.h>
#include <inttypes.h>
#include <mntent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/disk.h"
#include "mkimage/inside.h"
#include "mkimage/view.h"

/* Subvolumes of a btrfs in which distributions have the root. */
static const char *const subdirs[] = {"", "/@", "/root", "/@rootfs"};

#define NSUBDIRS (sizeof subdirs / sizeof *subdirs)

/* Directories that a system's fstab may add to its root. */
static const char *const own_parts[] = {"/boot", "/var", "/home", "/opt",
					"/srv"};

#define NOWN_PARTS (sizeof own_parts / sizeof *own_parts)

/* Containers of file systems, which are not looked into. */
static const struct {
	const char *type, *what, *remedy;
} closed[] = {
    {"LVM2_member", "an LVM physical volume",
     "activate it (vgchange -ay) and give the logical volume, /dev/VG/LV"},
    {"crypto_LUKS", "encrypted",
     "open it (cryptsetup open --readonly) and give /dev/mapper/NAME"},
    {"linux_raid_member", "a part of a RAID",
     "assemble it (mdadm --assemble --readonly) and give /dev/mdN"},
};

#define NCLOSED (sizeof closed / sizeof *closed)

static bool
there(const char *root, const char *name)
{
	AUTO_FREE char *path = inside_path(root, name, S_IFREG);

	return path != NULL;
}

static bool
has_system(const char *root)
{
	return (there(root, "etc/os-release") ||
		there(root, "usr/lib/os-release")) &&
	       there(root, "sbin/init");
}

/* The path of the root in the file system that is mounted at `at`, malloc'ed;
 * NULL: there is none. */
static char *
find_system(const char *at, const char *type)
{
	size_t n = strcmp(type, "btrfs") == 0 ? NSUBDIRS : 1;

	for (size_t i = 0; i < n; i++) {
		char *dir;

		if (asprintf(&dir, "%s%s", at, subdirs[i]) == -1)
			log_fatal("%s: %m", at);
		if (has_system(dir))
			return dir;
		free(dir);
	}
	return NULL;
}

static bool
may_be_root(const struct part *p)
{
	static const char *const never[] = {"swap", "vfat", "ntfs", "exfat",
					    "BitLocker"};

	if (p->type[0] == '\0')
		return false;
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (strcmp(p->type, never[i]) == 0)
			return false;
	for (size_t i = 0; i < NCLOSED; i++)
		if (strcmp(p->type, closed[i].type) == 0)
			return false;
	return true;
}

/* A partition that has a root stays mounted at `at`, any other does not. */
static char *
try_part(const char *file, const char *name, const struct part *p,
	 const char *at)
{
	char *dir;

	if (!may_be_root(p))
		return NULL;
	if (view_part(file, p->offset, p->size, p->type, at) == -1) {
		log_warn("%s: partition %d (%s) cannot be mounted: %m", name,
			 p->number, p->type);
		return NULL;
	}
	dir = find_system(at, p->type);
	if (dir == NULL)
		view_end(at);
	return dir;
}

static void
say_none(const char *name, const struct disk *d)
{
	log_error("%s: no root of a Linux in it: no file system with "
		  "/etc/os-release and /sbin/init%s",
		  name, d->n == 0 ? "; it has no partitions either" : "");
	for (unsigned i = 0; i < d->n; i++)
		for (size_t k = 0; k < NCLOSED; k++)
			if (strcmp(d->parts[i].type, closed[k].type) == 0)
				log_error("%s: partition %d is %s, which is "
					  "not looked into: %s",
					  name, d->parts[i].number,
					  closed[k].what, closed[k].remedy);
}

static bool
is_the_one(const struct part *p, const char *spec)
{
	static const struct {
		const char *prefix;
		size_t offset;
	} tags[] = {
	    {"UUID=", offsetof(struct part, uuid)},
	    {"LABEL=", offsetof(struct part, label)},
	    {"PARTUUID=", offsetof(struct part, partuuid)},
	};

	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		size_t len = strlen(tags[i].prefix);
		const char *value = (const char *)p + tags[i].offset;

		if (strncmp(spec, tags[i].prefix, len) == 0)
			return *value && strcasecmp(spec + len, value) == 0;
	}
	return false;
}

static bool
is_own_part(const char *dir)
{
	for (size_t i = 0; i < NOWN_PARTS; i++)
		if (strcmp(dir, own_parts[i]) == 0)
			return true;
	return false;
}

/* A line of the fstab. */
static void
add_part(const char *file, const char *name, const struct disk *d,
	 const struct mntent *m, const char *root)
{
	AUTO_FREE char *at = inside_path(root, m->mnt_dir, S_IFDIR);

	for (unsigned i = 0; at != NULL && i < d->n; i++) {
		const struct part *p = &d->parts[i];

		if (!is_the_one(p, m->mnt_fsname) || !may_be_root(p))
			continue;
		if (view_part(file, p->offset, p->size, p->type, at) == 0) {
			log_info("%s: partition %d is its %s", name, p->number,
				 m->mnt_dir);
			return;
		}
	}
	log_warn("%s: its %s (%s) is not there", name, m->mnt_dir,
		 m->mnt_fsname);
}

static void
add_parts(const char *file, const char *name, const struct disk *d,
	  const char *root)
{
	FILE *f = inside_fopen(root, "etc/fstab");
	struct mntent *m;

	if (f == NULL)
		return;
	while ((m = getmntent(f)) != NULL)
		if (is_own_part(m->mnt_dir))
			add_part(file, name, d, m, root);
	fclose(f);
}

/* The number of partitions that are roots, the first of them in *first. */
static unsigned
count_roots(const char *file, const char *name, const struct disk *d,
	    uint64_t partition, const char *at, const struct part **first)
{
	unsigned found = 0;

	for (unsigned i = 0; i < d->n; i++) {
		const struct part *p = &d->parts[i];
		AUTO_FREE char *dir = NULL;

		if (partition != ROOT_ANY && partition != (uint64_t)p->number)
			continue;
		dir = try_part(file, name, p, at);
		if (dir == NULL)
			continue;
		view_end(at);
		if (found++ == 0)
			*first = p;
		else
			log_error("%s: partition %d and partition %d are roots "
				  "of a Linux; choose with --partition",
				  name, (*first)->number, p->number);
	}
	return found;
}

char *
root_mount(const char *file, const char *name, uint64_t partition,
	   const char *at)
{
	AUTO_FREE struct disk *d = malloc(sizeof *d);
	const struct part *p;
	unsigned found;
	char *root;

	if (d == NULL || disk_read(file, d) == -1) {
		log_error("%s: %m", name);
		return NULL;
	}
	found = count_roots(file, name, d, partition, at, &p);
	if (found == 0)
		say_none(name, d);
	if (found != 1)
		return NULL;
	if (p->number > 0)
		log_info("%s: partition %d (%s) is the root", name, p->number,
			 p->type);
	root = try_part(file, name, p, at);
	if (root != NULL)
		add_parts(file, name, d, root);
	return root;
}
