/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/backup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/remove_tree.h"
#include "vfield/backup_check.h"
#include "vfield/run_dir.h"
#include "vfield/run_program.h"

int
backup_stage_open(struct backup_stage *s)
{
	const char *tmp = getenv("TMPDIR");

	s->dir = path_in(tmp != NULL ? tmp : "/var/tmp", "vfield.XXXXXX");
	if (mkdtemp(s->dir) != NULL)
		return 0;
	log_error("%s: %m", s->dir);
	free(TAKE_PTR(s->dir));
	return -1;
}

void
backup_stage_close(struct backup_stage *s)
{
	if (s->dir != NULL)
		remove_tree(s->dir);
	free(TAKE_PTR(s->dir));
}

static int
said(const char *program, int status)
{
	if (status > 0)
		log_error("%s: ended with status %d", program, status);
	return status == 0 ? 0 : -1;
}

/* Copies a file or a directory; symbolic links stay links.  Returns 0; -1: the
 * log says why. */
static int
copy(const char *from, const char *to)
{
	const char *const argv[] = {"cp", "-a", "--", from, to, NULL};

	return said("cp", run_program_quiet(argv));
}

int
backup_collect(const struct backup_stage *s, struct backup_part *parts)
{
	size_t n = 0;

	for (size_t i = 0; i < BACKUP_PARTS; i++) {
		struct backup_part *p = &parts[i];
		AUTO_FREE char *to = path_in(s->dir, p->name);

		p->there = access(p->path, F_OK) == 0;
		if (!p->there && errno != ENOENT) {
			log_error("%s: %m", p->path);
			return -1;
		}
		if (p->there && copy(p->path, to) == -1)
			return -1;
		n += p->there;
	}
	if (n > 0)
		return backup_check(s->dir, parts);
	log_error("there is nothing to keep: no settings, no key, no site");
	return -1;
}

int
backup_pack(const struct backup_stage *s, const char *file)
{
	const char *const argv[] = {"tar",
				    "--create",
				    "--format=ustar",
				    "--sort=name",
				    "--owner=0",
				    "--group=0",
				    "--numeric-owner",
				    "--directory",
				    s->dir,
				    "--file=-",
				    ".",
				    NULL};
	AUTO_FREE char *fresh = NULL;

	if (asprintf(&fresh, "%s.new", file) == -1)
		log_fatal("%m");
	if (unlink(fresh) == -1 && errno != ENOENT) {
		log_error("%s: %m", fresh);
		return -1;
	}
	if (said("tar", run_program_files(NULL, fresh, argv)) == 0 &&
	    backup_check_sync(fresh) == 0 && rename(fresh, file) == 0)
		return 0;
	log_error("%s: %m", file);
	unlink(fresh);
	return -1;
}

int
backup_unpack(const struct backup_stage *s, const char *file,
	      struct backup_part *parts)
{
	const char *const argv[] = {"tar",
				    "--extract",
				    "--no-same-owner",
				    "--no-same-permissions",
				    "--no-xattrs",
				    "--no-acls",
				    "--no-selinux",
				    "--directory",
				    s->dir,
				    "--file=-",
				    NULL};

	if (backup_check_file(file) == -1 ||
	    said("tar", run_program_files(file, NULL, argv)) == -1)
		return -1;
	return backup_check(s->dir, parts);
}

/* Renames a file or directory at `path`, if there is one, to that name with
 * ".old" appended, and removes an older one of the new name.  Returns 0; -1:
 * the log says why. */
static int
set_aside(const char *path)
{
	AUTO_FREE char *old = NULL;

	if (asprintf(&old, "%s.old", path) == -1)
		log_fatal("%m");
	remove_tree(old);
	(void)unlink(old);
	if (rename(path, old) == 0 || errno == ENOENT)
		return 0;
	log_error("%s: %m", path);
	return -1;
}

int
backup_put(const struct backup_stage *s, const struct backup_part *p, bool over)
{
	AUTO_FREE char *from = path_in(s->dir, p->name);
	const char *slash = strrchr(p->path, '/');
	AUTO_FREE char *parent =
	    slash != NULL ? strndup(p->path, slash - p->path) : strdup(".");
	AUTO_FREE char *fresh = NULL;

	if (asprintf(&fresh, "%s.new", p->path) == -1)
		log_fatal("%m");
	if (make_directories(parent, 0755) == -1) {
		log_error("%s: %m", parent);
		return -1;
	}
	remove_tree(fresh);
	(void)unlink(fresh);
	if (copy(from, fresh) == -1 || (over && set_aside(p->path) == -1))
		return -1;
	if (rename(fresh, p->path) == 0)
		return 0;
	log_error("%s: %m", p->path);
	return -1;
}
