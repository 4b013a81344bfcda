/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/site_stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/remove_tree.h"
#include "lib/write_all.h"
#include "vfield/run_program.h"
#include "vfield/site_images.h"

#define DEPTH_MAX 24 /* most directories within each other; arbitrary */
#define BLOCK 65536

/* How far one copy of a site has come. */
struct copy {
	unsigned files;
	uint64_t bytes;
	bool secret; /* the directory secret/ is being copied */
};

static int copy_dir(struct copy *c, const char *from, const char *to,
		    unsigned depth);

static int
fail(const char *path)
{
	log_error("%s: %m", path);
	return -1;
}

static int
copy_bytes(struct copy *c, int in, int out, const char *path)
{
	AUTO_FREE uint8_t *buf = malloc(BLOCK);
	ssize_t n = -1;

	while (buf != NULL && (n = read(in, buf, BLOCK)) > 0) {
		c->bytes += n;
		if (c->bytes > SITE_STAGE_BYTES) {
			log_error("%s: a site has %d MB at most", path,
				  SITE_STAGE_BYTES >> 20);
			return -1;
		}
		if (write_all(out, buf, n) == -1)
			return fail(path);
	}
	return n == 0 ? 0 : fail(path);
}

static int
copy_file(struct copy *c, const char *from, const char *to, mode_t mode)
{
	mode_t execute = mode & 0100 ? (c->secret ? 0700 : 0755) : 0;
	AUTO_CLOSE int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	AUTO_CLOSE int out =
	    open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (in == -1)
		return fail(from);
	if (out == -1 ||
	    fchmod(out, execute ? execute : (c->secret ? 0600 : 0644)) == -1)
		return fail(to);
	return copy_bytes(c, in, out, from);
}

static int
copy_link(const char *from, const char *to)
{
	char target[4096];
	ssize_t n = readlink(from, target, sizeof target - 1);

	if (n == -1)
		return fail(from);
	target[n] = '\0';
	return symlink(target, to) == 0 ? 0 : fail(to);
}

/* Returns true if a file of that name is not published; `depth` is 0 for names
 * at the top of the site. */
static bool
left_out(const char *name, unsigned depth)
{
	size_t len = strlen(name);

	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	       strcmp(name, ".git") == 0 || name[len - 1] == '~' ||
	       (depth == 0 && name[0] == '.');
}

static int
copy_one(struct copy *c, const char *from, const char *to, unsigned depth)
{
	struct stat st;

	if (lstat(from, &st) == -1)
		return fail(from);
	if (++c->files > SITE_STAGE_FILES || depth > DEPTH_MAX) {
		log_error("%s: a site has %d files at most, and %d directories "
			  "in each other",
			  from, SITE_STAGE_FILES, DEPTH_MAX);
		return -1;
	}
	if (S_ISDIR(st.st_mode))
		return copy_dir(c, from, to, depth);
	if (S_ISLNK(st.st_mode))
		return copy_link(from, to);
	if (S_ISREG(st.st_mode))
		return copy_file(c, from, to, st.st_mode);
	log_error("%s: neither a file, a directory nor a symbolic link", from);
	return -1;
}

/* Copies all that is in the directory `from`, which is `depth` levels below the
 * site's directory, to the new directory `to`.  Returns 0; -1: the log says
 * why. */
static int
copy_dir(struct copy *c, const char *from, const char *to, unsigned depth)
{
	DIR *d = opendir(from);
	struct dirent *e;
	int result = 0;

	if (d == NULL)
		return fail(from);
	if (mkdir(to, 0700) == -1 || chmod(to, c->secret ? 0700 : 0755) == -1)
		result = fail(to);
	while (result == 0 && (e = readdir(d)) != NULL) {
		AUTO_FREE char *source = path_in(from, e->d_name);
		AUTO_FREE char *target = path_in(to, e->d_name);

		if (left_out(e->d_name, depth))
			continue;
		if (depth == 0)
			c->secret = strcmp(e->d_name, SITE_STAGE_SECRET) == 0;
		result = copy_one(c, source, target, depth + 1);
	}
	closedir(d);
	return result;
}

/* Copies to the directory `to` those plugins that the host h uses and that are
 * not in the site's own plugins/.  Returns 0; -1: the log says why. */
static int
copy_plugins(struct copy *c, const struct site_dir *d,
	     const struct site_host *h, const char *to)
{
	size_t n;
	const struct site_value *const *v = site_values(h, "plugins", &n);

	for (size_t i = 0; i < n; i++) {
		AUTO_FREE char *target = path_in(to, v[i]->text);
		char why[PLUGIN_WHY];
		const struct plugin *p;

		if (access(target, F_OK) == 0)
			continue;
		p = shelf_get(d->shelf, v[i]->text, why);
		if (p == NULL) {
			log_error("%s", why);
			return -1;
		}
		if (copy_one(c, p->dir, target, 2) == -1)
			return -1;
	}
	return 0;
}

int
site_stage_copy(const struct site_dir *d, const char *work)
{
	AUTO_FREE char *plugins = path_in(work, "plugins");
	struct copy c = {0};
	int result = copy_dir(&c, d->where.dir, work, 0);

	c.secret = false;
	if (result == 0 && mkdir(plugins, 0755) == -1 && errno != EEXIST)
		result = fail(plugins);
	if (result == 0 && chmod(plugins, 0755) == -1)
		result = fail(plugins);
	for (size_t i = 0;
	     result == 0 && i < name_set_count(site_names(d->site)); i++)
		result = copy_plugins(&c, d, site_host_at(d->site, i), plugins);
	if (result == 0 && site_images_write(d, work) == -1)
		result = fail(work);
	return result;
}

/* Runs a program of squashfs-tools.  Returns 0; -1: the log says why. */
static int
run(const char *const argv[])
{
	int status = run_program_quiet(argv);

	if (status > 0)
		log_error("%s: ended with status %d", argv[0], status);
	return status == 0 ? 0 : -1;
}

bool
site_stage_has_secret(const struct site_dir *d)
{
	AUTO_FREE char *path = path_in(d->where.dir, SITE_STAGE_SECRET);
	DIR *dir = opendir(path);
	bool found = dir == NULL && errno != ENOENT;
	struct dirent *e;

	while (dir != NULL && !found && (e = readdir(dir)) != NULL)
		found = !left_out(e->d_name, 1);
	if (dir != NULL)
		closedir(dir);
	return found;
}

int
site_stage_squash(const struct site_dir *d, const char *work, const char *file)
{
	const char *argv[] = {"mksquashfs",
			      work,
			      file,
			      "-noappend",
			      "-no-progress",
			      "-quiet",
			      "-all-root",
			      "-all-time",
			      "0",
			      "-mkfs-time",
			      "0",
			      "-no-xattrs",
			      "-comp",
			      "zstd",
			      "-processors",
			      "1",
			      "-no-exports",
			      NULL};
	int result = site_stage_copy(d, work);

	/* mksquashfs refuses the variable beside the options above */
	unsetenv("SOURCE_DATE_EPOCH");
	if (result == 0)
		result = run(argv);
	remove_tree(work);
	return result;
}

int
site_stage_unpack(const char *file, const char *dir)
{
	const char *argv[] = {
	    "unsquashfs", "-no-progress", "-no-xattrs", "-quiet", "-processors",
	    "1",          "-d",           dir,          file,     NULL};

	return run(argv);
}
