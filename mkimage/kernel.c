/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/kernel.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/source_inside.h"
#include "mkimage/kernel_file.h"
#include "mkimage/kernel_version.h"

static const char *const needed[] = {"nbd", "squashfs", "overlay"};

#define NNEEDED (sizeof needed / sizeof *needed)

/* The versions in a root for which there are both modules and a kernel file. */
struct found {
	char **versions;
	size_t n;
};

static void
add_version(struct found *f, const char *version)
{
	char **more = reallocarray(f->versions, f->n + 1, sizeof *more);

	if (more == NULL || (more[f->n] = strdup(version)) == NULL)
		log_fatal("%s: %m", version);
	f->versions = more;
	f->n++;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Puts into f, sorted by name, the versions for which the root has both modules
 * and a kernel file.  Modules alone are left over from a kernel that was
 * removed.  Returns 0, or -1 if the root has no lib/modules. */
static int
list_versions(const char *root, struct found *f)
{
	AUTO_FREE char *path = inside_path(root, "lib/modules", S_IFDIR);
	DIR *dir = path != NULL ? opendir(path) : NULL;
	struct dirent *e;

	if (dir == NULL)
		return -1;
	while ((e = readdir(dir)) != NULL) {
		AUTO_FREE char *file = NULL;

		if (e->d_name[0] == '.')
			continue;
		file = kernel_file(root, e->d_name);
		if (file != NULL)
			add_version(f, e->d_name);
	}
	closedir(dir);
	if (f->n > 0)
		qsort(f->versions, f->n, sizeof *f->versions, by_name);
	return 0;
}

static void
free_versions(struct found *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->versions[i]);
	free(f->versions);
}

/* Returns whether `version` stands in `text` as a word of its own:
 * "6.12.0-9-rt" has "6.12.0-9", and "6.12.0-91" does not. */
static bool
names(const char *text, const char *version)
{
	size_t len = strlen(version);

	for (const char *s = text; (s = strstr(s, version)) != NULL; s++)
		if ((s == text || strchr("-_=>/\"' ", s[-1]) != NULL) &&
		    (s[len] == '\0' || strchr("-_>/\"'., \n", s[len]) != NULL))
			return true;
	return false;
}

/* Returns the longest of f's versions that the file `name` has in a line which
 * begins with `key` ("GRUB_DEFAULT=" or "saved_entry="); NULL if there is none.
 * A shorter version may be only the beginning of the one that is meant. */
static const char *
named_in(const char *root, const char *name, const char *key,
	 const struct found *f)
{
	AUTO_FCLOSE FILE *from = inside_fopen(root, name);
	AUTO_FREE char *line = NULL;
	const char *best = NULL;
	size_t size = 0;

	while (from != NULL && getline(&line, &size, from) > 0) {
		if (strncmp(line, key, strlen(key)) != 0)
			continue;
		for (size_t i = 0; i < f->n; i++)
			if (names(line, f->versions[i]) &&
			    (best == NULL ||
			     strlen(f->versions[i]) > strlen(best)))
				best = f->versions[i];
	}
	return best;
}

/* Returns whether GRUB's settings have GRUB_DEFAULT=saved: GRUB then boots the
 * entry that it has saved in the file grubenv. */
static bool
takes_saved(const char *root)
{
	AUTO_FCLOSE FILE *from = inside_fopen(root, "etc/default/grub");
	AUTO_FREE char *line = NULL;
	size_t size = 0;
	bool saved = false;

	while (from != NULL && getline(&line, &size, from) > 0)
		if (strncmp(line, "GRUB_DEFAULT=", 13) == 0)
			saved = strstr(line, "saved") != NULL;
	return saved;
}

static const char *
named_by_grub(const char *root, const struct found *f)
{
	static const char *const saved[] = {"boot/grub/grubenv",
					    "boot/grub2/grubenv"};
	const char *version =
	    named_in(root, "etc/default/grub", "GRUB_DEFAULT=", f);

	for (size_t i = 0; i < 2 && version == NULL && takes_saved(root); i++)
		version = named_in(root, saved[i], "saved_entry=", f);
	return version;
}

/* Returns whether /vmlinuz or /boot/vmlinuz leads to the file of this version:
 * distributions keep these links for their default kernel. */
static bool
is_linked(const char *root, const char *version)
{
	static const char *const links[] = {"vmlinuz", "boot/vmlinuz"};
	AUTO_FREE char *file = kernel_file(root, version);

	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		AUTO_FREE char *to = inside_path(root, links[i], S_IFREG);

		if (file != NULL && to != NULL && strcmp(file, to) == 0)
			return true;
	}
	return false;
}

/* Returns the length of the release, without the flavour, at the beginning of a
 * version: of "6.1.0-9" in "6.1.0-9-rt-amd64", of "6.12.0-rc7" in
 * "6.12.0-rc7-amd64". */
static size_t
release_length(const char *version)
{
	size_t n = 0;

	for (;;) {
		n += strspn(version + n, "0123456789.-_~");
		if (strncmp(version + n, "rc", 2) != 0)
			break;
		n += 2;
	}
	while (n > 0 && strchr(".-_~", version[n - 1]) != NULL)
		n--;
	return n;
}

static bool
same_release(const char *a, const char *b)
{
	size_t n = release_length(a);

	return n == release_length(b) && strncmp(a, b, n) == 0;
}

/* Compares the versions a and b by the rules 3 and 4 of kernel.h.  Returns a
 * number greater than 0 if a is the better choice, less than 0 if b is, 0 if
 * neither is. */
static int
prefer(const char *root, const char *a, const char *b)
{
	bool sa = version_is_special(a), sb = version_is_special(b);

	if (sa != sb)
		return sa ? -1 : 1;
	if (same_release(a, b))
		return is_linked(root, a) - is_linked(root, b);
	return version_compare(a, b);
}

static const char *
best_of(const char *root, const struct found *f, const char **why)
{
	const char *best = named_by_grub(root, f);

	*why = "the one that GRUB's settings name";
	if (best != NULL)
		return best;
	*why = f->n == 1 ? "the only one" : "the newest";
	for (size_t i = 0; i < f->n; i++)
		if (best == NULL || prefer(root, f->versions[i], best) > 0)
			best = f->versions[i];
	for (size_t i = 0; best != NULL && i < f->n; i++)
		if (version_compare(f->versions[i], best) > 0)
			*why = "the newest of an ordinary flavour";
	return best;
}

static void
set_kernel(const char *root, const struct found *f, const char *version,
	   struct kernel *k)
{
	size_t size;
	FILE *others = open_memstream(&k->others, &size);

	k->version = strdup(version);
	k->file = kernel_file(root, version);
	if (others == NULL || k->version == NULL)
		log_fatal("%s: %m", version);
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->versions[i], version) != 0)
			fprintf(others, " %s", f->versions[i]);
	fclose(others);
}

int
kernel_find(const char *root, const char *wanted, struct kernel *k)
{
	struct found f = {0};
	const char *version = NULL;

	*k = (struct kernel){.why = "the wanted one"};
	if (list_versions(root, &f) == -1) {
		log_error("lib/modules is not there; the source has no kernel "
			  "modules, "
			  "and V-FIELD boots a kernel of the source: install "
			  "one there");
		return -1;
	}
	for (size_t i = 0; wanted != NULL && i < f.n; i++)
		if (strcmp(f.versions[i], wanted) == 0)
			version = f.versions[i];
	if (wanted == NULL)
		version = best_of(root, &f, &k->why);
	if (version != NULL)
		set_kernel(root, &f, version, k);
	else
		log_error("no kernel%s%s in the source: looked for modules in "
			  "lib/modules and, for each, for "
			  "boot/vmlinuz-VERSION, lib/modules/VERSION/vmlinuz, "
			  "boot/vmlinuz-FLAVOUR and the like",
			  wanted ? " " : "", wanted ? wanted : "");
	for (size_t i = 0; version == NULL && i < f.n; i++)
		log_info("the source has kernel %s", f.versions[i]);
	free_versions(&f);
	return k->version != NULL ? 0 : -1;
}

void
kernel_free(struct kernel *k)
{
	free(k->version);
	free(k->file);
	free(k->others);
	*k = (struct kernel){0};
}

/* Returns whether `line`, from modules.dep or modules.builtin, is about the
 * module.  Such a line has the form PATH/NAME.ko[.xz][: ...]. */
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
