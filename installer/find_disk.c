/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "installer/find_disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "installer/marked.h"
#include "lib/cleanup.h"

struct search {
	const struct find_disk *f;
	struct layout *l;
	struct disk_chosen *c;
	char *why;
	size_t told; /* bytes of `why` that are in use */
};

static void tell(struct search *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
tell(struct search *s, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(s->why + s->told, FIND_DISK_WHY - s->told, fmt, ap);
	va_end(ap);
	s->told += (size_t)n;
	if (s->told >= FIND_DISK_WHY)
		s->told = FIND_DISK_WHY - 1;
}

static bool
keeps(const struct layout *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->parts[i].keep)
			return true;
	return false;
}

/* Returns why a disk that is OURS is refused; NULL: it is not. */
static const char *
refused_ours(const struct search *s, const struct layout *placed,
	     const struct disk_found *d)
{
	if (disk_has_table(d, placed))
		return NULL;
	if (s->f->repair)
		return "its partitions are not those of the layout";
	if (keeps(placed) && !s->f->wipe)
		return "its partitions are not those of the layout, which "
		       "keeps some (--wipe keeps none)";
	return NULL;
}

/* Returns why a disk is refused, by what was found on it; NULL: it is not. */
static const char *
refused(const struct search *s, const struct disk_found *d, bool marked)
{
	struct layout placed = *s->l;

	if (layout_place(&placed, d->size) == -1)
		return "it is too small";
	if (d->verdict == DISK_OURS)
		return refused_ours(s, &placed, d);
	if (s->f->repair)
		return "a repair wants a disk that this site has installed";
	if (d->verdict == DISK_BLANK)
		return NULL;
	if (d->verdict == DISK_UNREADABLE || !s->f->wipe)
		return "it is not blank, and not of this site (--wipe)";
	if (marked)
		return "it is marked for V-FIELD's own use";
	return NULL;
}

/* Opens the disk exclusively, which fails if it is mounted, used for swap, or a
 * part of another device, and sets *size.  Returns the descriptor; -1: s->why
 * says why. */
static int
open_disk(struct search *s, const char *path, uint64_t *size)
{
	AUTO_CLOSE int fd = open(path, O_RDWR | O_EXCL | O_CLOEXEC);

	if (fd == -1)
		tell(s, "%s: %s\n", path,
		     errno == EBUSY ? "it is in use" : strerror(errno));
	else if (ioctl(fd, BLKGETSIZE64, size) == -1)
		tell(s, "%s: no disk\n", path);
	else
		return TAKE_FD(fd);
	return -1;
}

/* Returns true if disk a is preferred to disk b. */
static bool
better(const struct disk_found *a, const struct disk_found *b)
{
	return a->verdict != b->verdict
		   ? (a->verdict == DISK_OURS || b->verdict == DISK_FOREIGN)
		   : a->size < b->size;
}

static void
try_disk(struct search *s, const char *path, bool named)
{
	/* looked into before the disk is opened, since nothing on an
	 * exclusively opened disk can be mounted */
	bool marked = s->f->wipe && !named && disk_marked(path);
	struct disk_found d;
	uint64_t size = 0;
	AUTO_CLOSE int fd = open_disk(s, path, &size);
	const char *why;

	if (fd == -1)
		return;
	disk_look(fd, size, &s->f->site, &d);
	why = refused(s, &d, marked);
	if (why != NULL) {
		tell(s, "%s: %s: %s\n", path, d.what, why);
		return;
	}
	if (s->c->fd != -1 && !better(&d, &s->c->found))
		return;
	if (s->c->fd != -1)
		close(s->c->fd);
	s->c->fd = TAKE_FD(fd);
	snprintf(s->c->path, sizeof s->c->path, "%s", path);
	s->c->found = d;
}

/* Returns the number in the file /sys/block/NAME/WHAT; -1: there is none. */
static long
attribute(const char *name, const char *what)
{
	char path[PATH_MAX], text[32] = "";
	AUTO_FCLOSE FILE *f = NULL;

	snprintf(path, sizeof path, "/sys/block/%s/%s", name, what);
	f = fopen(path, "re");
	return f != NULL && fgets(text, sizeof text, f) != NULL
		   ? strtol(text, NULL, 10)
		   : -1;
}

/* Returns true if a block device may be a fixed disk.  mmcblk is never taken
 * for one, since it may be a camera's card as well as soldered flash.  A disk
 * at USB is never taken for one, since sticks hang there, also those whose
 * medium the kernel calls fixed. */
static bool
is_fixed(const char *name)
{
	static const char *const others[] = {"loop",     "ram",   "zram", "nbd",
					     "sr",       "fd",    "dm-",  "md",
					     "mtdblock", "mmcblk"};
	char path[PATH_MAX];
	AUTO_FREE char *real = NULL;

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strncmp(name, others[i], strlen(others[i])) == 0)
			return false;
	snprintf(path, sizeof path, "/sys/block/%s", name);
	real = realpath(path, NULL);
	return real != NULL && strstr(real, "/usb") == NULL &&
	       attribute(name, "removable") == 0 &&
	       attribute(name, "ro") == 0 && attribute(name, "size") > 0;
}

static void
try_all(struct search *s)
{
	DIR *dir = opendir("/sys/block");
	struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		char path[64];

		if (*e->d_name == '.' || !is_fixed(e->d_name) ||
		    (size_t)snprintf(path, sizeof path, "/dev/%s", e->d_name) >=
			sizeof path)
			continue;
		try_disk(s, path, false);
	}
	if (dir != NULL)
		closedir(dir);
	if (s->c->fd == -1 && s->told == 0)
		tell(s, "this machine has no fixed disk\n");
}

static bool
is_partition(const char *path)
{
	char attribute[PATH_MAX];

	snprintf(attribute, sizeof attribute, "/sys/class/block/%s/partition",
		 strrchr(path, '/') + 1);
	return access(attribute, F_OK) == 0;
}

static void
try_named(struct search *s, const char *name)
{
	AUTO_FREE char *real = realpath(name, NULL);

	if (real == NULL || strlen(real) >= sizeof s->c->path)
		tell(s, "%s: this machine has no such disk\n", name);
	else if (is_partition(real))
		tell(s, "%s: it is a partition\n", name);
	else
		try_disk(s, real, true);
}

int
find_disk(const struct find_disk *f, struct layout *l, struct disk_chosen *c,
	  char why[FIND_DISK_WHY])
{
	struct search s = {.f = f, .l = l, .c = c, .why = why};
	char name[LAYOUT_PATH_MAX + 16];

	*c = (struct disk_chosen){.fd = -1};
	*why = '\0';
	if (f->named != NULL) {
		try_named(&s, f->named);
	} else if (*l->disk != '\0') {
		snprintf(name, sizeof name, "/dev/disk/%s", l->disk);
		try_named(&s, name);
	} else {
		try_all(&s);
	}
	if (c->fd == -1)
		return -1;
	/* programs that make file systems open the disk exclusively themselves
	 */
	close(c->fd);
	c->fd = open(c->path, O_RDWR | O_CLOEXEC);
	if (c->fd == -1)
		tell(&s, "%s: %s\n", c->path, strerror(errno));
	return c->fd != -1 ? layout_place(l, c->found.size) : -1;
}
