/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/fstab_mounts.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/fstab.h"
#include "mkimage/source_inside.h"

struct follow {
	const struct root *root;
	struct parts *parts;
	const char *at;
	char *disk; /* the root's disk, as the fstab calls it; NULL: unknown */
};

/* Returns whether `source` is the name of a volume of LVM, encryption or RAID;
 * no partition has such a name. */
static bool
is_mapped(const char *source)
{
	return strncmp(source, "/dev/mapper/", 12) == 0 ||
	       strncmp(source, "/dev/dm-", 8) == 0 ||
	       strncmp(source, "/dev/md", 7) == 0 ||
	       (strncmp(source, "/dev/", 5) == 0 &&
		strncmp(source, "/dev/disk/", 10) != 0 &&
		strchr(source + 5, '/') != NULL);
}

/* Mounts the partition that the line l means on the directory `at`.  Returns
 * NULL, or on failure the reason, as a phrase for a message. */
static const char *
mount_local(const struct follow *f, const struct fstab_line *l, const char *at)
{
	const struct disk *d = &f->parts->disk;

	for (unsigned i = 0; i < d->n; i++) {
		const struct part *p = &d->parts[i];

		if (!fstab_means(l, p, f->disk))
			continue;
		if (part_closed(p) != NULL)
			return part_closed(p);
		if (parts_mount(f->parts, i, l->subvolume, at) == -1)
			return strerror(errno);
		log_info("%s: partition %d%s%s is its %s", f->root->name,
			 p->number, l->subvolume != NULL ? ", " : "",
			 l->subvolume != NULL ? l->subvolume : "", l->target);
		return NULL;
	}
	return is_mapped(l->source)
		   ? "a volume of LVM, encryption or RAID; the running "
		     "system, as /, has it"
		   : "no partition of this disk";
}

static const char *
mount_bind(const struct follow *f, const struct fstab_line *l, const char *at)
{
	AUTO_FREE char *from = inside_path(f->at, l->source, S_IFDIR);

	if (from == NULL)
		return "the root has no such directory";
	return view_directory(from, at) == 0 ? NULL : strerror(errno);
}

static bool
belongs(const struct follow *f, const struct fstab_line *l)
{
	const char *name = l->target + strspn(l->target, "/");

	if (*name == '\0' || l->kind == FSTAB_OTHER ||
	    patterns_hide(f->root->out, name))
		return false;
	if (l->kind == FSTAB_NETWORK)
		log_info("%s: its %s is %s, a server's, and not in the image",
			 f->root->name, l->target, l->source);
	return l->kind != FSTAB_NETWORK;
}

/* Mounts the file system or directory that the line l names.  If that belongs
 * in the image and cannot be mounted, logs the reason and returns false, or
 * true if the line has the option noauto.  Else returns true. */
static bool
follow_line(const struct follow *f, const struct fstab_line *l)
{
	AUTO_FREE char *at = NULL;
	const char *why;

	if (!belongs(f, l))
		return true;
	at = inside_path(f->at, l->target, S_IFDIR);
	if (at == NULL)
		why = "the root has no such directory";
	else if (l->kind == FSTAB_BIND)
		why = mount_bind(f, l, at);
	else
		why = mount_local(f, l, at);
	if (why == NULL)
		return true;
	log_warn("%s: its %s (%s) is not in the image: %s%s%s%s", f->root->name,
		 l->target, l->source, why,
		 l->asked_for ? "" : "; if it need not be: --exclude '",
		 l->asked_for ? "" : l->target + strspn(l->target, "/"),
		 l->asked_for ? "" : "/*'");
	return l->asked_for;
}

/* Returns the name, malloc'ed, that the line for / in the fstab t gives the
 * root's disk.  NULL: there is no such line, or it names the partition in
 * another way, for example by UUID. */
static char *
name_of_disk(const struct fstab *t, const struct part *root)
{
	const struct fstab_line *l = fstab_of(t, "/");

	return l != NULL ? fstab_disk(l->source, root->number) : NULL;
}

unsigned
follow_fstab(const struct root *r, struct parts *p, unsigned n, const char *at)
{
	AUTO_FCLOSE FILE *from = inside_fopen(at, "etc/fstab");
	struct follow f = {.root = r, .parts = p, .at = at};
	struct fstab t;
	unsigned missing;

	fstab_read(from, &t);
	missing = t.bad;
	if (t.bad > 0)
		log_warn("%s: %u lines of its fstab are none", r->name, t.bad);
	f.disk = name_of_disk(&t, &p->disk.parts[n]);
	for (unsigned i = 0; i < t.n; i++)
		missing += !follow_line(&f, &t.lines[i]);
	free(f.disk);
	fstab_free(&t);
	return missing;
}
