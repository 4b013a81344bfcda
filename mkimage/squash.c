/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Beside what is left out there are a few files that a system wants to find,
 * empty or neutral: they come in as mksquashfs's pseudo files, of a time that
 * is always the same; so do the boot files.  An empty /etc/machine-id makes
 * systemd take a new id at each boot; without the file it would take it for the
 * first boot ever.
 */
#include "mkimage/squash.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/run.h"

#define BLOCK_BYTES (128 << 10) /* a chunk's size */

static const struct {
	const char *path;
	const char *dir; /* the file is added where this directory is */
	unsigned mode;
	const char *command;
} neutral[] = {
    {"etc/machine-id", "etc", 0444, "true"},
    {"etc/fstab", "etc", 0644, "true"},
    {"etc/network/interfaces", "etc/network", 0644,
     "printf 'auto lo\\niface lo inet loopback\\n'"},
};

#define NNEUTRAL (sizeof neutral / sizeof *neutral)

/* The list without comments and empty lines, as mksquashfs reads it. */
static int
copy_patterns(FILE *from, FILE *to)
{
	AUTO_FREE char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, from) > 0) {
		char *p = line + strspn(line, " \t/");
		size_t len = strcspn(p, "#\n");

		while (len > 0 && isspace((unsigned char)p[len - 1]))
			len--;
		if (len > 0 && fprintf(to, "%.*s\n", (int)len, p) < 0)
			return -1;
	}
	return ferror(from) ? -1 : 0;
}

/* The source has a directory for the boot files that comes into the image. */
static bool
has_boot(const struct squash *s)
{
	AUTO_FREE char *path = NULL;
	struct stat st;

	for (size_t i = 0; i < s->extra.n; i++)
		if (strcmp(s->extra.v[i] + strspn(s->extra.v[i], "/"),
			   "boot") == 0)
			return false;
	if (asprintf(&path, "%s/boot", s->root) == -1)
		log_fatal("%s: %m", s->root);
	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Boot files of an image that the source was booted from are not ours. */
static void
add_own_patterns(const struct squash *s, FILE *to)
{
	fprintf(to, "%s\n", has_boot(s) ? BOOT_FILES_DIR : "boot");
}

static int
write_patterns(const struct squash *s, const char *path)
{
	AUTO_FCLOSE FILE *from = fopen(s->list, "re");
	AUTO_FCLOSE FILE *to = fopen(path, "we");

	if (from == NULL) {
		log_error("%s: %m", s->list);
		return -1;
	}
	if (to == NULL || copy_patterns(from, to) == -1)
		goto failed;
	for (size_t i = 0; i < s->extra.n; i++)
		fprintf(to, "%s\n", s->extra.v[i] + strspn(s->extra.v[i], "/"));
	add_own_patterns(s, to);
	if (fflush(to) == 0 && !ferror(to))
		return 0;
failed:
	log_error("%s: %m", path);
	return -1;
}

static bool
is_directory(const char *root, const char *dir)
{
	AUTO_FREE char *path = NULL;
	struct stat st;

	if (asprintf(&path, "%s/%s", root, dir) == -1)
		log_fatal("%s: %m", root);
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Seconds since 1970 that the neutral files have. */
static const char *
epoch(void)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");

	return text != NULL ? text : "0";
}

static void
add_neutral(const struct squash *s, struct command *c)
{
	for (size_t i = 0; i < NNEUTRAL; i++) {
		if (!is_directory(s->root, neutral[i].dir))
			continue;
		command_add(c, "-p");
		command_add(c, "%s F %s %o 0 0 %s", neutral[i].path, epoch(),
			    neutral[i].mode, neutral[i].command);
	}
}

/* The directory's name goes by the environment: mksquashfs has a shell run the
 * commands. */
static void
add_boot_files(const struct squash *s, struct command *c)
{
	static const char *const dirs[] = {"boot", BOOT_FILES_DIR};

	setenv("VFIELD_BOOT_FILES", s->boot->dir, 1);
	for (size_t i = has_boot(s) ? 1 : 0; i < 2; i++) {
		command_add(c, "-p");
		command_add(c, "%s D %s 755 0 0", dirs[i], epoch());
	}
	for (size_t i = 0; i < s->boot->n; i++) {
		const char *name = s->boot->names[i];

		command_add(c, "-p");
		command_add(c,
			    BOOT_FILES_DIR "/%s F %s 644 0 0 "
					   "cat \"$VFIELD_BOOT_FILES/%s\"",
			    name, epoch(), name);
	}
}

/* A bar is drawn for a terminal alone. */
static void
add_looks(struct command *c)
{
	command_add(c, "-quiet");
	command_add(c, isatty(STDERR_FILENO) ? "-progress" : "-no-progress");
}

int
squash_make(const struct squash *s)
{
	AUTO_FREE char *patterns = NULL;
	struct command c = {0};
	int result;

	if (asprintf(&patterns, "%s/exclude.%d", s->work_dir, getpid()) == -1)
		log_fatal("%m");
	if (write_patterns(s, patterns) == -1)
		return -1;
	command_add(&c, "mksquashfs");
	command_add(&c, "%s", s->root);
	command_add(&c, "%s", s->output);
	command_add(&c, "-noappend");
	command_add(&c, "-comp");
	command_add(&c, "zstd");
	command_add(&c, "-Xcompression-level");
	command_add(&c, "%u", (unsigned)s->level);
	command_add(&c, "-b");
	command_add(&c, "%d", BLOCK_BYTES);
	if (!s->crosses)
		command_add(&c, "-one-file-system");
	add_looks(&c);
	add_neutral(s, &c);
	add_boot_files(s, &c);
	command_add(&c, "-wildcards");
	command_add(&c, "-ef");
	command_add(&c, "%s", patterns);
	result = command_run(&c);
	unlink(patterns);
	return result;
}
