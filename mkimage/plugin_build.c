/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/plugin_build.h"

#include <errno.h>
#include <libgen.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "mkimage/source_view.h"
#include "site/hook.h"
#include "site/plugin.h"

/* most time for a hook; arbitrary */
#define BUILD_SECONDS 3600

/* Makes the directory `name` in the directory `in`.  Returns its path,
 * malloc'ed; NULL, with the error logged, on failure. */
static char *
make_dir(const char *in, const char *name)
{
	char *path = path_in(in, name);

	if (mkdir(path, 0755) == 0)
		return path;
	log_error("%s: %m", path);
	free(path);
	return NULL;
}

/* Returns whether a file system is mounted below the directory: what lies over
 * the directory would hide its files. */
static bool
has_mounts(const char *dir)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	size_t len = strlen(dir);
	struct mntent *m;
	bool found = false;

	while (f != NULL && (m = getmntent(f)) != NULL)
		found |= strncmp(m->mnt_dir, dir, len) == 0 &&
			 m->mnt_dir[len] == '/';
	if (f != NULL)
		endmntent(f);
	return found;
}

/* Mounts an overlay of the source at t->merged, in which every file can be
 * changed; the changes are kept in memory, at t->over.  Returns 0, or -1 with
 * the error logged. */
static int
lay_over(struct tree *t)
{
	AUTO_FREE char *upper = NULL;
	AUTO_FREE char *work = NULL;
	AUTO_FREE char *options = NULL;

	t->over = make_dir(t->work, "over");
	if (t->over == NULL)
		return -1;
	if (view_begin() == -1 ||
	    mount("tmpfs", t->over, "tmpfs", 0, "mode=755") == -1) {
		log_error("%s: %m", t->over);
		return -1;
	}
	upper = make_dir(t->over, "upper");
	work = make_dir(t->over, "work");
	t->merged = make_dir(t->over, "merged");
	if (upper == NULL || work == NULL || t->merged == NULL ||
	    asprintf(&options, "lowerdir=%s,upperdir=%s,workdir=%s", t->dir,
		     upper, work) == -1)
		return -1;
	if (mount("overlay", t->merged, "overlay", 0, options) == 0)
		return 0;
	log_error("%s: it cannot be laid over: %m", t->dir);
	return -1;
}

/* Mounts /dev, /proc and /run in the root in which hooks run, since programs
 * expect them; unmounts them if `there` is false.  Returns 0, or -1 with the
 * error logged. */
static int
mount_system(const char *root, bool there)
{
	static const struct {
		const char *from, *type, *at;
	} mounts[] = {{"/dev", NULL, "dev"},
		      {"proc", "proc", "proc"},
		      {"tmpfs", "tmpfs", "run"}};

	for (size_t i = 0; i < sizeof mounts / sizeof *mounts; i++) {
		AUTO_FREE char *at = path_in(root, mounts[i].at);

		if (!there)
			view_end(at);
		else if ((mkdir(at, 0755) == -1 && errno != EEXIST) ||
			 mount(mounts[i].from, at, mounts[i].type,
			       mounts[i].type == NULL ? MS_BIND | MS_REC : 0,
			       NULL) == -1) {
			log_error("%s: %m", at);
			return -1;
		}
	}
	return 0;
}

/* Runs the hook `build` of the plugin in the directory dir, if the plugin has
 * one, in the root `root`.  Returns 0, or -1 with the error logged. */
static int
build_one(const char *dir, const char *packages, const char *root)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
		    locale[] = "LC_ALL=C", word[] = "VFIELD_HOOK=build",
		    quiet[] = "DEBIAN_FRONTEND=noninteractive";
	AUTO_FREE char *wanted = NULL;
	AUTO_FREE char *real = realpath(dir, NULL);
	AUTO_FREE char *copy = real != NULL ? strdup(real) : NULL;
	char *env[] = {path, locale, word, quiet, NULL, NULL};
	char why[PLUGIN_WHY];
	struct hook h = {.root = root,
			 .dir = real,
			 .program = "build",
			 .env = env,
			 .seconds = BUILD_SECONDS};
	struct hook_result r = {0};
	struct plugin *p;

	if (copy == NULL || asprintf(&wanted, "VFIELD_PACKAGES=%s",
				     packages != NULL ? packages : "") == -1) {
		log_error("%s: %m", dir);
		return -1;
	}
	env[4] = wanted;
	p = plugin_read(dirname(copy), strrchr(real, '/') + 1, why);
	if (p == NULL) {
		log_error("%s", why);
		return -1;
	}
	if (p->hooks[PLUGIN_BUILD]) {
		log_info("plugin %s changes the image", p->name);
		hook_run(&h, &r);
	}
	if (r.end != HOOK_OK)
		log_error("plugin %s: its build hook %s: %s", p->name,
			  hook_end_word(r.end), r.said);
	plugin_free(p);
	return r.end == HOOK_OK ? 0 : -1;
}

/* Runs the hook that makes a repository of the packages. */
static int
build_packages(const char *packages, const char *bin, const char *root)
{
	static const char *const dirs[] = {"lib/vfield", "lib"};

	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++) {
		AUTO_FREE char *dir = NULL;

		if (asprintf(&dir, "%s/../%s/mkimage/packages", bin, dirs[i]) ==
		    -1)
			return -1;
		if (access(dir, F_OK) == 0)
			return build_one(dir, packages, root);
	}
	log_error("mkimage/packages is missing: is the installation whole?");
	return -1;
}

int
plugin_build(const struct option_list *dirs, const char *packages,
	     const char *bin, struct tree *t)
{
	int result = 0;

	if (dirs->n == 0 && packages == NULL)
		return 0;
	if (has_mounts(t->dir)) {
		log_error("--plugin and --packages want a source of one file "
			  "system");
		return -1;
	}
	if (lay_over(t) == -1)
		return -1;
	/* files of the source and of the plugins are on two devices */
	t->crosses = true;
	if (mount_system(t->merged, true) == -1)
		result = -1;
	for (size_t i = 0; i < dirs->n && result == 0; i++)
		result = build_one(dirs->v[i], NULL, t->merged);
	if (packages != NULL && result == 0)
		result = build_packages(packages, bin, t->merged);
	(void)mount_system(t->merged, false);
	free(t->dir);
	t->dir = strdup(t->merged);
	return t->dir != NULL ? result : -1;
}
