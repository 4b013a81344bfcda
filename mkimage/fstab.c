/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/fstab.h"

#include <ctype.h>
#include <libmount/libmount.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/log.h"

/* bytes of the option that selects a subvolume; arbitrary: the kernel takes a
 * page of options */
#define SUBVOLUME_MAX 1024

/* For each tag of mount(8), the directory in /dev/disk whose names mean the
 * same, and the offset of the tag's value in struct part. */
static const struct {
	const char *tag, *by;
	size_t offset;
} names[] = {
    {"UUID=", "/dev/disk/by-uuid/", offsetof(struct part, uuid)},
    {"LABEL=", "/dev/disk/by-label/", offsetof(struct part, label)},
    {"PARTUUID=", "/dev/disk/by-partuuid/", offsetof(struct part, partuuid)},
    {"PARTLABEL=", "/dev/disk/by-partlabel/", offsetof(struct part, partlabel)},
};

#define NNAMES (sizeof names / sizeof *names)

static char *
copy(const char *text)
{
	char *s = strdup(text);

	if (s == NULL)
		log_fatal("fstab: %m");
	return s;
}

/* --- reading --- */

static char *
subvolume_of(struct libmnt_fs *fs)
{
	static const char *const options[] = {"subvol", "subvolid"};

	for (size_t i = 0; i < 2; i++) {
		char *value, *text;
		size_t len;

		if (mnt_fs_get_option(fs, options[i], &value, &len) != 0 ||
		    len == 0 || len > SUBVOLUME_MAX)
			continue;
		if (asprintf(&text, "%s=%.*s", options[i], (int)len, value) ==
		    -1)
			log_fatal("fstab: %m");
		return text;
	}
	return NULL;
}

static bool
has_option(struct libmnt_fs *fs, const char *name)
{
	return mnt_fs_get_option(fs, name, NULL, NULL) == 0;
}

static enum fstab_kind
kind_of(struct libmnt_fs *fs)
{
	if (has_option(fs, "bind") || has_option(fs, "rbind"))
		return FSTAB_BIND;
	if (mnt_fs_is_netfs(fs) || has_option(fs, "_netdev"))
		return FSTAB_NETWORK;
	if (mnt_fs_is_swaparea(fs) || mnt_fs_is_pseudofs(fs))
		return FSTAB_OTHER;
	return FSTAB_LOCAL;
}

static void
add_line(struct fstab *f, struct libmnt_fs *fs)
{
	const char *source = mnt_fs_get_source(fs);
	const char *target = mnt_fs_get_target(fs);
	struct fstab_line *lines, *l;
	const char *tag, *value;

	if (source == NULL || target == NULL || *target != '/')
		return;
	lines = reallocarray(f->lines, f->n + 1, sizeof *lines);
	if (lines == NULL)
		log_fatal("fstab: %m");
	f->lines = lines;
	l = &lines[f->n++];
	*l = (struct fstab_line){
	    .kind = kind_of(fs),
	    .target = copy(target),
	    .subvolume = subvolume_of(fs),
	    .asked_for = has_option(fs, "noauto"),
	};
	if (mnt_fs_get_tag(fs, &tag, &value) != 0)
		l->source = copy(source);
	else if (asprintf(&l->source, "%s=%s", tag, value) == -1)
		log_fatal("fstab: %m");
}

static unsigned
depth(const char *path)
{
	unsigned n = 0;

	for (; *path != '\0'; path++)
		n += path[0] == '/' && path[1] != '/' && path[1] != '\0';
	return n;
}

/* Sorts the lines by the depth of their targets.  Lines of one depth keep their
 * order, since the sort is by insertion. */
static void
sort_lines(struct fstab *f)
{
	for (unsigned i = 1; i < f->n; i++) {
		struct fstab_line l = f->lines[i];
		unsigned k = i;

		for (; k > 0 && depth(f->lines[k - 1].target) > depth(l.target);
		     k--)
			f->lines[k] = f->lines[k - 1];
		f->lines[k] = l;
	}
}

/* Counts a line that libmount cannot parse.  libmount calls this function for
 * each such line, and skips the line because the result is 1. */
static int
count_bad(struct libmnt_table *t, const char *file, int line)
{
	struct fstab *f = mnt_table_get_userdata(t);

	f->bad++;
	return 1;
}

void
fstab_read(FILE *from, struct fstab *f)
{
	struct libmnt_table *t = mnt_new_table();
	struct libmnt_iter *i = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;

	*f = (struct fstab){0};
	if (t == NULL || i == NULL)
		log_fatal("fstab: %m");
	mnt_table_set_userdata(t, f);
	mnt_table_set_parser_errcb(t, count_bad);
	if (from != NULL)
		mnt_table_parse_stream(t, from, "fstab");
	while (mnt_table_next_fs(t, i, &fs) == 0)
		add_line(f, fs);
	mnt_free_iter(i);
	mnt_unref_table(t);
	sort_lines(f);
}

void
fstab_free(struct fstab *f)
{
	for (unsigned i = 0; i < f->n; i++) {
		free(f->lines[i].source);
		free(f->lines[i].target);
		free(f->lines[i].subvolume);
	}
	free(f->lines);
	*f = (struct fstab){0};
}

const struct fstab_line *
fstab_of(const struct fstab *f, const char *target)
{
	for (unsigned i = 0; i < f->n; i++)
		if (strcmp(f->lines[i].target, target) == 0)
			return &f->lines[i];
	return NULL;
}

/* --- which partition --- */

/* Returns a copy, malloc'ed, of a name in /dev/disk with udev's escapes undone:
 * \x20, for example, becomes a blank. */
static char *
undo_udev(const char *name)
{
	char *plain = copy(name), *to = plain;

	for (const char *s = name; *s != '\0'; s++) {
		char hex[3] = {0};

		if (s[0] == '\\' && s[1] == 'x' &&
		    isxdigit((unsigned char)s[2]) &&
		    isxdigit((unsigned char)s[3])) {
			memcpy(hex, s + 2, 2);
			*to++ = strtol(hex, NULL, 16);
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
	return plain;
}

/* Returns whether two values of the tag names[name] are the same.  Case matters
 * in labels but not in UUIDs; an empty value is the same as no other, not even
 * as an empty one. */
static bool
same_value(size_t name, const char *a, const char *b)
{
	if (*a == '\0')
		return false;
	if (strstr(names[name].tag, "UUID") != NULL)
		return strcasecmp(a, b) == 0;
	return strcmp(a, b) == 0;
}

bool
fstab_means(const struct fstab_line *l, const struct part *p, const char *disk)
{
	AUTO_FREE char *base = NULL;

	for (size_t i = 0; i < NNAMES; i++) {
		const char *value = (const char *)p + names[i].offset;
		size_t tag = strlen(names[i].tag), by = strlen(names[i].by);

		if (strncmp(l->source, names[i].tag, tag) == 0)
			return same_value(i, value, l->source + tag);
		if (strncmp(l->source, names[i].by, by) == 0) {
			AUTO_FREE char *plain = undo_udev(l->source + by);

			return same_value(i, value, plain);
		}
	}
	base = disk != NULL ? fstab_disk(l->source, p->number) : NULL;
	return base != NULL && strcmp(base, disk) == 0;
}

/* Returns how long the name of a disk is in the first len characters of
 * `source`, which end where the number of a partition begins.  A "p" stands
 * between name and number if the disk's name ends with a digit
 * ("/dev/nvme0n1p2"), and "-part" in udev's lasting names
 * ("/dev/disk/by-id/ata-X-part2").  Returns 0 if `source` does not begin so. */
static size_t
disk_length(const char *source, size_t len)
{
	static const char part[] = "-part";
	size_t n = sizeof part - 1;

	if (strncmp(source, "/dev/disk/by-", 13) == 0)
		return len > n && strncmp(source + len - n, part, n) == 0
			   ? len - n
			   : 0;
	if (len > 2 && source[len - 1] == 'p' &&
	    isdigit((unsigned char)source[len - 2]))
		return len - 1;
	return strchr(source + strlen("/dev/"), '/') == NULL ? len : 0;
}

char *
fstab_disk(const char *source, int number)
{
	size_t len = strlen(source), digits = 0;
	char *disk;

	if (strncmp(source, "/dev/", 5) != 0 ||
	    strncmp(source, "/dev/dm-", 8) == 0 ||
	    strncmp(source, "/dev/md", 7) == 0)
		return NULL;
	while (digits < len && isdigit((unsigned char)source[len - digits - 1]))
		digits++;
	if (number == 0)
		return digits == 0 ? copy(source) : NULL;
	if (digits == 0 || digits > 3 || atoi(source + len - digits) != number)
		return NULL;
	len = disk_length(source, len - digits);
	if (len == 0)
		return NULL;
	disk = strndup(source, len);
	if (disk == NULL)
		log_fatal("fstab: %m");
	return disk;
}
