/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/path_in.h"

static const char *const hook_names[PLUGIN_HOOKS] = {
    [PLUGIN_BUILD] = "build",   [PLUGIN_BOOT] = "boot",
    [PLUGIN_CHANGE] = "change", [PLUGIN_INSTALL] = "install",
    [PLUGIN_CHECK] = "check",   [PLUGIN_REPAIR] = "repair",
    [PLUGIN_ROLE] = "role",
};

const char *
plugin_hook_name(enum plugin_hook h)
{
	return hook_names[h];
}

enum plugin_hook
plugin_hook_named(const char *name)
{
	int h = 0;

	while (h < PLUGIN_HOOKS && strcmp(hook_names[h], name) != 0)
		h++;
	return h;
}

/* Returns true if the text begins with a letter, and has only letters, digits
 * and the character `also`. */
static bool
word_ok(const char *text, char also)
{
	size_t n = 0;

	for (; text[n] != '\0'; n++) {
		char c = text[n];

		if (!(c >= 'a' && c <= 'z') &&
		    (n == 0 || (!(c >= '0' && c <= '9') && c != also)))
			return false;
	}
	return n > 0 && n <= PLUGIN_NAME_MAX;
}

bool
plugin_name_ok(const char *name)
{
	return word_ok(name, '-');
}

bool
plugin_key_ok(const char *key)
{
	return word_ok(key, '_');
}

struct plugin *
plugin_new(const char *dir, const char *name, char why[PLUGIN_WHY])
{
	struct plugin *p;

	if (!plugin_name_ok(name)) {
		snprintf(why, PLUGIN_WHY,
			 "%.99s: not a plugin's name (a-z, "
			 "0-9 and '-')",
			 name);
		errno = EINVAL;
		return NULL;
	}
	p = calloc(1, sizeof *p);
	if (p != NULL)
		p->dir = strdup(dir);
	if (p == NULL || p->dir == NULL) {
		snprintf(why, PLUGIN_WHY, "%s: %s", name, strerror(ENOMEM));
		free(p);
		return NULL;
	}
	strcpy(p->name, name);
	return p;
}

void
plugin_free(struct plugin *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->nsettings; i++) {
		free(p->settings[i].key);
		free(p->settings[i].value);
		free(p->settings[i].question);
	}
	for (size_t i = 0; i < p->npackages; i++)
		free(p->packages[i]);
	for (size_t i = 0; i < p->nneeds; i++)
		free(p->needs[i]);
	free(p->role);
	free(p->description);
	free(p->dir);
	free(p);
}

/* Reads the file `name` in the directory `dir`.  Returns its bytes, for free(),
 * and sets *len to their number.  Returns NULL and errno if it cannot be read,
 * is no regular file, or has more than PLUGIN_FILE_MAX bytes (EFBIG). */
static char *
read_file(int dir, const char *name, size_t *len)
{
	AUTO_CLOSE int fd =
	    openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	AUTO_FREE char *text = malloc(PLUGIN_FILE_MAX + 1);
	struct stat st;
	ssize_t got;

	if (fd == -1 || text == NULL || fstat(fd, &st) == -1)
		return NULL;
	if (!S_ISREG(st.st_mode) || st.st_size > PLUGIN_FILE_MAX) {
		errno = S_ISREG(st.st_mode) ? EFBIG : EINVAL;
		return NULL;
	}
	got = pread(fd, text, PLUGIN_FILE_MAX, 0);
	if (got == -1)
		return NULL;
	*len = got;
	return TAKE_PTR(text);
}

static void
find_hooks(struct plugin *p, int dir)
{
	struct stat st;

	for (int h = 0; h < PLUGIN_HOOKS; h++)
		p->hooks[h] = fstatat(dir, hook_names[h], &st,
				      AT_SYMLINK_NOFOLLOW) == 0 &&
			      S_ISREG(st.st_mode) && (st.st_mode & 0100) != 0;
}

struct plugin *
plugin_read(const char *parent, const char *name, char why[PLUGIN_WHY])
{
	AUTO_FREE char *path = path_in(parent, name);
	AUTO_CLOSE int dir = -1;
	AUTO_FREE char *text = NULL;
	struct plugin *p = plugin_new(path, name, why);
	size_t len;

	if (p == NULL)
		return NULL;
	dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir != -1)
		text = read_file(dir, "plugin", &len);
	if (text == NULL) {
		int saved = errno;

		snprintf(why, PLUGIN_WHY, "%.255s%s: %s", path,
			 dir == -1 ? "" : "/plugin", strerror(saved));
		plugin_free(p);
		/* ENOENT is kept for a missing directory; a directory without
		 * the file `plugin` is a wrong plugin */
		errno = dir != -1 && saved == ENOENT ? EINVAL : saved;
		return NULL;
	}
	if (plugin_parse(p, text, len, why) == -1) {
		plugin_free(p);
		errno = EINVAL;
		return NULL;
	}
	find_hooks(p, dir);
	return p;
}

const struct plugin_setting *
plugin_setting(const struct plugin *p, const char *key)
{
	for (size_t i = 0; i < p->nsettings; i++)
		if (strcmp(p->settings[i].key, key) == 0)
			return &p->settings[i];
	return NULL;
}

bool
plugin_needs(const struct plugin *p, const char *name)
{
	for (size_t i = 0; i < p->nneeds; i++)
		if (strcmp(p->needs[i], name) == 0)
			return true;
	return false;
}
