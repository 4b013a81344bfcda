/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/kernel.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/inside.h"

/* Kernel files' places in distributions; %s is the version. */
static const char *const places[] = {
    "boot/vmlinuz-%s",       "lib/modules/%s/vmlinuz", "boot/kernel-%s",
    "boot/kernel-x86_64-%s", "boot/vmlinux-%s",        "boot/linux-%s",
    "boot/Image-%s",
};

#define NPLACES (sizeof places / sizeof *places)

static const char *const needed[] = {"nbd", "squashfs", "overlay"};

#define NNEEDED (sizeof needed / sizeof *needed)

/* The path of a version's kernel, malloc'ed; NULL: there is none. */
static char *
kernel_file(const char *root, const char *version)
{
	for (size_t i = 0; i < NPLACES; i++) {
		AUTO_FREE char *name = NULL;
		char *path;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		if (asprintf(&name, places[i], version) == -1)
			return NULL;
#pragma GCC diagnostic pop
		path = inside_path(root, name, S_IFREG);
		if (path != NULL)
			return path;
		if (errno != ENOENT && errno != ENOTDIR)
			log_warn("/%s of the source: %s", name,
				 errno == EINVAL ? "no regular file"
						 : strerror(errno));
	}
	return NULL;
}

/* A version that has a kernel file and is newer than k's takes its place. */
static void
consider(const char *root, const char *version, struct kernel *k)
{
	char *file;

	if (k->version != NULL && strverscmp(version, k->version) < 0)
		return;
	file = kernel_file(root, version);
	if (file == NULL)
		return;
	kernel_free(k);
	k->version = strdup(version);
	k->file = file;
}

int
kernel_find(const char *root, const char *wanted, struct kernel *k)
{
	AUTO_FREE char *path = inside_path(root, "lib/modules", S_IFDIR);
	DIR *dir = path != NULL ? opendir(path) : NULL;
	struct dirent *e;

	*k = (struct kernel){0};
	if (dir == NULL) {
		log_error("lib/modules: %m; the source has no kernel modules, "
			  "and V-FIELD boots a kernel of the source: install "
			  "one there");
		return -1;
	}
	while ((e = readdir(dir)) != NULL)
		if (e->d_name[0] != '.' &&
		    (wanted == NULL || strcmp(wanted, e->d_name) == 0))
			consider(root, e->d_name, k);
	closedir(dir);
	if (k->version != NULL)
		return 0;
	log_error("no kernel%s%s in the source: looked for modules in "
		  "lib/modules and, for each, for boot/vmlinuz-VERSION, "
		  "lib/modules/VERSION/vmlinuz and the like",
		  wanted ? " " : "", wanted ? wanted : "");
	return -1;
}

void
kernel_free(struct kernel *k)
{
	free(k->version);
	free(k->file);
	*k = (struct kernel){0};
}

/* A line of modules.dep or modules.builtin: PATH/NAME.ko[.xz][: ...]. */
static bool
line_is(const char *line, const char *module)
{
	size_t len = strcspn(line, ":\n");
	const char *base = line;

	for (const char *p = line; p < line + len; p++)
		if (*p == '/')
			base = p + 1;
	len = strlen(module);
	return strncmp(base, module, len) == 0 &&
	       strncmp(base + len, ".ko", 3) == 0;
}

static bool
list_has(const char *root, const char *version, const char *list,
	 const char *module)
{
	AUTO_FREE char *path = NULL;
	AUTO_FREE char *line = NULL;
	AUTO_FCLOSE FILE *f = NULL;
	size_t size = 0;
	bool found = false;

	if (asprintf(&path, "lib/modules/%s/%s", version, list) == -1)
		log_fatal("%s: %m", root);
	f = inside_fopen(root, path);
	while (f != NULL && !found && getline(&line, &size, f) > 0)
		found = line_is(line, module);
	return found;
}

int
kernel_check(const char *root, const struct kernel *k)
{
	int missing = 0;

	for (size_t i = 0; i < NNEEDED; i++) {
		if (list_has(root, k->version, "modules.dep", needed[i]) ||
		    list_has(root, k->version, "modules.builtin", needed[i]))
			continue;
		log_error("kernel %s has no %s, neither as a module nor "
			  "built in",
			  k->version, needed[i]);
		missing++;
	}
	return missing == 0 ? 0 : -1;
}
