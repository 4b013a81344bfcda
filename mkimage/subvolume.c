/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/subvolume.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/fstab.h"
#include "mkimage/source_inside.h"

struct found {
	/* how many subvolumes are roots of a Linux, and how many of them their
	 * own fstab calls the root */
	unsigned roots, own;
	/* name of the last subvolume that its own fstab calls the root, else of
	 * the first root found */
	char *name;
};

static bool
there(const char *root, const char *name)
{
	AUTO_FREE char *path = inside_path(root, name, S_IFREG);

	return path != NULL;
}

bool
is_system(const char *root)
{
	return (there(root, "etc/os-release") ||
		there(root, "usr/lib/os-release")) &&
	       there(root, "sbin/init");
}

/* Returns whether the fstab in the subvolume `name`, which can be read at the
 * directory `root`, calls that subvolume the root. */
static bool
says_so(const char *root, const char *name)
{
	AUTO_FCLOSE FILE *f = inside_fopen(root, "etc/fstab");
	const struct fstab_line *l;
	struct fstab t;
	bool so = false;

	fstab_read(f, &t);
	l = fstab_of(&t, "/");
	if (l != NULL && l->subvolume != NULL &&
	    strncmp(l->subvolume, "subvol=", 7) == 0)
		so = strcmp(l->subvolume + 7 + strspn(l->subvolume + 7, "/"),
			    name) == 0;
	fstab_free(&t);
	return so;
}

/* Counts the subvolume `name` in f if it is the root of a Linux.  Skips a name
 * with a comma, since mount would take the comma for the end of the option. */
static void
consider(const char *top, const char *name, struct found *f)
{
	AUTO_FREE char *path = NULL;
	bool own;

	if (name[0] == '.' || strchr(name, ',') != NULL)
		return;
	if (asprintf(&path, "%s/%s", top, name) == -1)
		log_fatal("%s: %m", top);
	if (!is_system(path))
		return;
	f->roots++;
	own = says_so(path, name);
	f->own += own;
	if (f->name != NULL && !own)
		return;
	free(f->name);
	f->name = strdup(name);
}

char *
subvolume_find(const char *top, const char *disk, bool *several)
{
	DIR *dir = opendir(top);
	struct found f = {0};
	struct dirent *e;
	char *option = NULL;

	*several = false;
	while (dir != NULL && (e = readdir(dir)) != NULL)
		consider(top, e->d_name, &f);
	if (dir != NULL)
		closedir(dir);
	if (f.roots > 1 && f.own != 1) {
		log_error("%s: %u subvolumes are roots of a Linux; choose with "
			  "--subvolume NAME",
			  disk, f.roots);
		*several = true;
	} else if (f.roots > 0 &&
		   asprintf(&option, "subvol=%s", f.name) == -1) {
		log_fatal("%s: %m", disk);
	}
	free(f.name);
	return option;
}
