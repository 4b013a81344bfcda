/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "installer/layout.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/options.h"

#define BLANKS " \t\r"
#define WORDS_MAX 5
/* Bytes at a disk's end that no partition may have, since the copy of the
 * partition table lies there. */
#define TAIL_BYTES LAYOUT_ALIGN
/* Bytes of the largest partition that a layout may name, 1 PiB.  Arbitrary: no
 * sum of LAYOUT_PARTS_MAX sizes overflows. */
#define SIZE_MAX_BYTES (UINT64_C(1) << 50)

#define TYPE_BIOS "21686148-6449-6E6F-744E-656564454649"
#define TYPE_ESP "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
#define TYPE_SWAP "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F"
#define TYPE_LINUX "0FC63DAF-8483-4772-8E79-3D69D8477DE4"

static const char *const fs_names[LAYOUT_FS_KINDS] = {
    [LAYOUT_BARE] = "none",   [LAYOUT_EXT4] = "ext4", [LAYOUT_XFS] = "xfs",
    [LAYOUT_BTRFS] = "btrfs", [LAYOUT_VFAT] = "vfat", [LAYOUT_SWAP] = "swap",
};

struct reading {
	struct layout *l;
	bool has_disk;
	const char *why; /* a static text; NULL: nothing is wrong so far */
};

const char *
layout_fs_name(enum layout_fs fs)
{
	return fs_names[fs];
}

static bool
all_of(const char *text, const char *set)
{
	return *text != '\0' && text[strspn(text, set)] == '\0';
}

/* --- lines --- */

static const char *
read_disk(struct reading *r, char **words, size_t n)
{
	const char *name = n == 2 ? words[1] : "";

	if (r->has_disk)
		return "a second line 'disk'";
	r->has_disk = true;
	if (strcmp(name, "smallest") == 0)
		return NULL;
	if (strncmp(name, "by-id/", 6) != 0 &&
	    strncmp(name, "by-path/", 8) != 0)
		return "a disk is 'smallest', 'by-id/NAME' or 'by-path/NAME'";
	if (strchr(strchr(name, '/') + 1, '/') != NULL ||
	    strstr(name, "..") != NULL || strlen(name) > LAYOUT_PATH_MAX ||
	    name[strlen(name) - 1] == '/')
		return "no name of a disk";
	strcpy(r->l->disk, name);
	return NULL;
}

static bool
path_ok(const char *path)
{
	return *path == '/' && strlen(path) <= LAYOUT_PATH_MAX &&
	       all_of(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX"
			    "YZ0123456789_-./") &&
	       strstr(path, "//") == NULL && strstr(path, "/.") == NULL &&
	       (path[1] == '\0' || path[strlen(path) - 1] != '/');
}

static const char *
read_size(const char *word, struct layout_part *p)
{
	if (strcmp(word, "rest") == 0)
		return NULL;
	if (options_parse_size(word, &p->size) == -1 || p->size == 0 ||
	    p->size > SIZE_MAX_BYTES)
		return "a size is a number such as 256M or 12G, or 'rest'";
	p->size = (p->size + LAYOUT_ALIGN - 1) & ~(LAYOUT_ALIGN - 1);
	return NULL;
}

static const char *
read_fs(const char *word, struct layout_part *p)
{
	for (int fs = LAYOUT_EXT4; fs < LAYOUT_FS_KINDS; fs++)
		if (strcmp(word, fs_names[fs]) == 0)
			p->fs = fs;
	return p->fs != LAYOUT_BARE
		   ? NULL
		   : "a file system is ext4, xfs, btrfs, vfat or swap";
}

/* Parses the words after the file system's name into p.  Returns NULL; or a
 * text that says what is wrong. */
static const char *
read_rest(char **words, size_t n, struct layout_part *p)
{
	if (n > 0 && *words[0] == '/') {
		if (!path_ok(words[0]))
			return "no mountpoint: letters, digits and _ . - / "
			       "only";
		strcpy(p->mountpoint, words[0]);
		words++;
		n--;
	}
	if (n > 0 && strcmp(words[0], "keep") == 0) {
		p->keep = true;
		n--;
	}
	if (n > 0)
		return "after the file system come a mountpoint and 'keep'";
	if (p->fs == LAYOUT_SWAP && *p->mountpoint != '\0')
		return "swap is mounted nowhere";
	if (p->keep && strcmp(p->mountpoint, "/") == 0)
		return "an installation makes / anew: it cannot be kept";
	return NULL;
}

static const char *
check_others(const struct layout *l, const struct layout_part *p)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct layout_part *o = &l->parts[i];

		if (strcmp(o->name, p->name) == 0)
			return "a second partition of this name";
		if (*p->mountpoint != '\0' &&
		    strcmp(o->mountpoint, p->mountpoint) == 0)
			return "a second partition with this mountpoint";
		if (p->size == 0 && o->size == 0)
			return "a second partition that has the rest";
	}
	return l->n < LAYOUT_PARTS_MAX ? NULL : "too many partitions";
}

static const char *
read_part(struct reading *r, char **words, size_t n)
{
	struct layout_part p = {0};
	const char *why;

	if (n < 3)
		return "a partition has a name, a size and a file system";
	if (strlen(words[0]) > LAYOUT_NAME_MAX ||
	    !all_of(words[0], "abcdefghijklmnopqrstuvwxyz0123456789-"))
		return "a partition's name has 24 of a-z, 0-9 and - at most";
	strcpy(p.name, words[0]);
	why = read_size(words[1], &p);
	if (why == NULL)
		why = read_fs(words[2], &p);
	if (why == NULL)
		why = read_rest(words + 3, n - 3, &p);
	if (why == NULL)
		why = check_others(r->l, &p);
	if (why == NULL)
		r->l->parts[r->l->n++] = p;
	return why;
}

static const char *
read_line(struct reading *r, char *line)
{
	char *words[WORDS_MAX], *save = NULL, *word;
	size_t n = 0;

	line[strcspn(line, "#")] = '\0';
	for (word = strtok_r(line, BLANKS, &save); word != NULL;
	     word = strtok_r(NULL, BLANKS, &save)) {
		if (n == WORDS_MAX)
			return "too many words";
		words[n++] = word;
	}
	if (n == 0)
		return NULL;
	return strcmp(words[0], "disk") == 0 ? read_disk(r, words, n)
					     : read_part(r, words, n);
}

static const char *
check_all(const struct reading *r)
{
	if (!r->has_disk)
		return "no line 'disk'";
	for (size_t i = 0; i < r->l->n; i++)
		if (strcmp(r->l->parts[i].mountpoint, "/") == 0)
			return r->l->parts[i].fs == LAYOUT_VFAT
				   ? "vfat cannot hold /"
				   : NULL;
	return "no partition has the mountpoint /";
}

int
layout_parse(const char *text, size_t len, struct layout *l,
	     char why[LAYOUT_WHY])
{
	AUTO_FREE char *copy = strndup(text, len);
	struct reading r = {.l = l};
	char *next = copy, *line;
	unsigned number = 0;

	*l = (struct layout){
	    .n = 1,
	    .parts[0] = {.name = LAYOUT_BIOS, .size = LAYOUT_BIOS_BYTES},
	};
	if (copy == NULL || len > LAYOUT_FILE_MAX || strlen(copy) != len) {
		snprintf(why, LAYOUT_WHY, "no text, or too long a one");
		return -1;
	}
	while (r.why == NULL && (line = strsep(&next, "\n")) != NULL) {
		number++;
		r.why = read_line(&r, line);
	}
	if (r.why != NULL) {
		snprintf(why, LAYOUT_WHY, "line %u: %s", number, r.why);
		return -1;
	}
	r.why = check_all(&r);
	if (r.why != NULL)
		snprintf(why, LAYOUT_WHY, "%s", r.why);
	return r.why == NULL ? 0 : -1;
}

int
layout_load(const char *path, struct layout *l, char why[LAYOUT_WHY])
{
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	AUTO_FREE char *text = malloc(LAYOUT_FILE_MAX + 1);
	size_t len;

	if (f == NULL || text == NULL) {
		snprintf(why, LAYOUT_WHY, "%s", strerror(errno));
		return -1;
	}
	len = fread(text, 1, LAYOUT_FILE_MAX + 1, f);
	if (ferror(f)) {
		snprintf(why, LAYOUT_WHY, "%s", strerror(errno));
		return -1;
	}
	return layout_parse(text, len, l, why);
}

/* --- positions --- */

int
layout_place(struct layout *l, uint64_t disk_bytes)
{
	uint64_t at = LAYOUT_ALIGN, fixed = LAYOUT_ALIGN + TAIL_BYTES, rest = 0;
	bool wants_rest = false;

	for (size_t i = 0; i < l->n; i++) {
		fixed += l->parts[i].size;
		wants_rest |= l->parts[i].size == 0;
	}
	if (disk_bytes > fixed)
		rest = (disk_bytes - fixed) & ~(LAYOUT_ALIGN - 1);
	if (disk_bytes < fixed || (wants_rest && rest == 0))
		return -1;
	for (size_t i = 0; i < l->n; i++) {
		struct layout_part *p = &l->parts[i];

		if (p->size == 0)
			p->size = rest;
		p->start = at;
		at += p->size;
	}
	return 0;
}

static const char *
type_of(const struct layout_part *p)
{
	if (p->fs == LAYOUT_BARE)
		return TYPE_BIOS;
	if (p->fs == LAYOUT_VFAT && (strcmp(p->mountpoint, "/boot/efi") == 0 ||
				     strcmp(p->mountpoint, "/efi") == 0))
		return TYPE_ESP;
	return p->fs == LAYOUT_SWAP ? TYPE_SWAP : TYPE_LINUX;
}

void
layout_script(const struct layout *l, const char *guid, FILE *to)
{
	fprintf(to, "label: gpt\nlabel-id: %s\n", guid);
	for (size_t i = 0; i < l->n; i++) {
		const struct layout_part *p = &l->parts[i];

		fprintf(to,
			"start=%" PRIu64 "MiB, size=%" PRIu64
			"MiB, type=%s, name=\"" LAYOUT_PREFIX "%s\"\n",
			p->start / LAYOUT_ALIGN, p->size / LAYOUT_ALIGN,
			type_of(p), p->name);
	}
}
