/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Besides the source's files, the image gets neutral files (neutral.h) and the
 * boot files.  Both are added as pseudo files of mksquashfs, all with the time
 * epoch(). */
#include "mkimage/squash.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/neutral.h"
#include "mkimage/run_tool.h"

/* bytes in a block of the squashfs: as many as in an image's chunk */
#define BLOCK_BYTES (128 << 10)

/* Returns whether the source has a directory /boot that comes into the
 * image. */
static bool
has_boot(const struct squash *s)
{
	AUTO_FREE char *path = NULL;
	struct stat st;

	if (patterns_match(s->out, "boot", true))
		return false;
	if (asprintf(&path, "%s/boot", s->root) == -1)
		log_fatal("%s: %m", s->root);
	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Writes to `path` the list of what mksquashfs leaves out.  The source's own
 * boot files, if any, are always on the list: they belong to the image from
 * which the source was booted.  Returns 0, or -1 with the error logged. */
static int
write_patterns(const struct squash *s, const char *path)
{
	AUTO_FCLOSE FILE *to = fopen(path, "we");

	if (to != NULL) {
		patterns_write(s->out, to);
		fprintf(to, "%s\n%s", has_boot(s) ? BOOT_FILES_DIR : "boot",
			s->scan->left_out);
		if (fflush(to) == 0 && !ferror(to))
			return 0;
	}
	log_error("%s: %m", path);
	return -1;
}

/* Returns the time that the pseudo files get, in seconds since 1970. */
static const char *
epoch(void)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");

	return text != NULL ? text : "0";
}

static void
write_boot_files(const struct squash *s, FILE *to)
{
	static const char *const dirs[] = {"boot", BOOT_FILES_DIR};

	for (size_t i = has_boot(s) ? 1 : 0; i < 2; i++)
		fprintf(to, "%s D %s 755 0 0\n", dirs[i], epoch());
	for (size_t i = 0; i < s->boot->n; i++)
		fprintf(to,
			BOOT_FILES_DIR "/%s F %s 644 0 0 cat "
				       "\"$VFIELD_BOOT_FILES/%s\"\n",
			s->boot->names[i], epoch(), s->boot->names[i]);
}

/* Writes to `path` the definitions of mksquashfs's pseudo files.  A shell runs
 * the commands in them, so the names of directories are in the environment,
 * where they need no quoting.  Returns 0, or -1 with the error logged. */
static int
write_pseudo(const struct squash *s, const char *path)
{
	AUTO_FCLOSE FILE *to = fopen(path, "we");
	AUTO_FREE char *dir = NULL;

	if (asprintf(&dir, "%s/neutral", s->work_dir) == -1)
		log_fatal("%m");
	if (to == NULL || (mkdir(dir, 0700) == -1 && errno != EEXIST)) {
		log_error("%s: %m", path);
		return -1;
	}
	setenv("VFIELD_NEUTRAL", dir, 1);
	setenv("VFIELD_BOOT_FILES", s->boot->dir, 1);
	fputs(s->scan->narrowed, to);
	write_boot_files(s, to);
	if (neutral_make(s->root, s->out, epoch(), dir, to) == -1)
		return -1;
	if (fflush(to) == 0 && !ferror(to))
		return 0;
	log_error("%s: %m", path);
	return -1;
}

int
squash_make(const struct squash *s)
{
	AUTO_FREE char *patterns = NULL;
	AUTO_FREE char *pseudo = NULL;
	struct command c = {0};
	int result;

	if (asprintf(&patterns, "%s/exclude.%d", s->work_dir, getpid()) == -1 ||
	    asprintf(&pseudo, "%s/pseudo.%d", s->work_dir, getpid()) == -1)
		log_fatal("%m");
	if (write_patterns(s, patterns) == -1 || write_pseudo(s, pseudo) == -1)
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
	command_add(&c, "-quiet");
	command_add(&c, "-no-progress");
	command_add(&c, "-pf");
	command_add(&c, "%s", pseudo);
	command_add(&c, "-wildcards");
	command_add(&c, "-ef");
	command_add(&c, "%s", patterns);
	result = command_watch(&c, "squashing", s->scan->bytes);
	unlink(patterns);
	unlink(pseudo);
	return result;
}
