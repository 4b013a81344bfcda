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

/* --- putting the parts in their places --- */

static char *
with_end(const char *path, const char *end)
{
	char *s;

	if (asprintf(&s, "%s%s", path, end) == -1)
		log_fatal("%m");
	return s;
}

static int
complain(const char *path)
{
	log_error("%s: %m", path);
	return -1;
}

/* Removes the file or directory PATH`end`, if there is one. */
static void
discard(const char *path, const char *end)
{
	AUTO_FREE char *gone = with_end(path, end);

	remove_tree(gone);
}

/* Renames PATH`from` to PATH`to`.  Returns 0, or -1 and errno. */
static int
move(const char *path, const char *from, const char *to)
{
	AUTO_FREE char *a = with_end(path, from);
	AUTO_FREE char *b = with_end(path, to);

	return rename(a, b);
}

/* Returns whether there is a file, directory or link PATH`end`. */
static bool
is_there(const char *path, const char *end)
{
	AUTO_FREE char *name = with_end(path, end);
	struct stat st;

	return lstat(name, &st) == 0;
}

/* Returns 0; or -1, if both PATH and PATH.was are there for the part, since
 * nobody knows which of them is wanted: the log says so. */
static int
refuse_both(const struct backup_part *p)
{
	if (!is_there(p->path, "") || !is_there(p->path, ".was"))
		return 0;
	log_error("%s.was: is there already, of a restore that was killed, or "
		  "of somebody else: give it another name",
		  p->path);
	return -1;
}

int
backup_look(const struct backup_part *parts)
{
	int result = 0;

	for (size_t i = 0; i < BACKUP_PARTS; i++) {
		const struct backup_part *p = &parts[i];

		if (!p->there)
			continue;
		if (refuse_both(p) == -1)
			result = -1;
		else if (is_there(p->path, ".was"))
			log_info("%s.was: is there, of a restore that was "
				 "killed: it would be kept as %s.old",
				 p->path, p->path);
	}
	return result;
}

/* If a restore was killed while it renamed, brings back what it had set aside,
 * or does nothing (refuse_both).  Returns 0; -1: the log says why. */
static int
bring_back(const struct backup_part **p, size_t n)
{
	int result = 0;

	for (size_t i = 0; i < n; i++)
		if (refuse_both(p[i]) == -1)
			result = -1;
	for (size_t i = 0; i < n && result == 0; i++)
		if (is_there(p[i]->path, ".was") &&
		    move(p[i]->path, ".was", "") == -1)
			result = complain(p[i]->path);
	return result;
}

/* Copies the part from the stage to PATH.new, where PATH is the part's place.
 * Returns 0; -1: the log says why. */
static int
copy_beside(const struct backup_stage *s, const struct backup_part *p)
{
	AUTO_FREE char *from = path_in(s->dir, p->name);
	AUTO_FREE char *fresh = with_end(p->path, ".new");
	const char *slash = strrchr(p->path, '/');
	AUTO_FREE char *parent =
	    slash != NULL ? strndup(p->path, slash - p->path) : strdup(".");

	if (make_directories(parent, 0755) == -1)
		return complain(parent);
	discard(p->path, ".new");
	return copy(from, fresh);
}

/* Renames PATH, if it is there, to PATH.was, and PATH.new to PATH; or changes
 * nothing.  Returns 0; -1: the log says why. */
static int
exchange(const char *path)
{
	bool was = move(path, "", ".was") == 0;

	if (!was && errno != ENOENT)
		return complain(path);
	if (move(path, ".new", "") == 0)
		return 0;
	complain(path);
	if (was)
		(void)move(path, ".was", "");
	return -1;
}

static void
undo_exchange(const char *path)
{
	if (move(path, "", ".new") == -1 ||
	    (move(path, ".was", "") == -1 && errno != ENOENT))
		complain(path);
}

/* Renames PATH.was, if it is there, to PATH.old, in place of an older one. */
static void
keep_old(const char *path)
{
	if (!is_there(path, ".was"))
		return;
	discard(path, ".old");
	if (move(path, ".was", ".old") == -1)
		log_warn("%s.was: %m", path);
}

int
backup_put(const struct backup_stage *s, const struct backup_part *parts)
{
	const struct backup_part *p[BACKUP_PARTS];
	size_t n = 0, copied = 0, put = 0;

	for (size_t i = 0; i < BACKUP_PARTS; i++)
		if (parts[i].there)
			p[n++] = &parts[i];
	if (bring_back(p, n) == -1) {
		log_error("nothing is restored");
		return -1;
	}
	while (copied < n && copy_beside(s, p[copied]) == 0)
		copied++;
	while (copied == n && put < n && exchange(p[put]->path) == 0)
		put++;
	if (put == n) {
		for (size_t i = 0; i < n; i++)
			keep_old(p[i]->path);
		return 0;
	}
	while (put-- > 0)
		undo_exchange(p[put]->path);
	for (size_t i = 0; i < n; i++)
		discard(p[i]->path, ".new");
	log_error("nothing is restored");
	return -1;
}
