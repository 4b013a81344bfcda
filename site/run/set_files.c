/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/run/set_files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "site/in_root.h"
#include "site/render.h"
#include "site/template.h"

#define LIST "var/lib/vfield/files"
#define ORIGINALS "var/lib/vfield/originals/"
#define LIST_MAX (PLAN_ITEMS_MAX * (PLAN_PATH_MAX + PLUGIN_NAME_MAX + 8))
#define LIST_MODE 0644

struct entry {
	bool added; /* a block in the file, else all of it */
	const char *plugin, *path;
};

struct set_files {
	int root;
	char *text; /* the list, into which the entries point */
	struct entry *v;
	size_t n;
};

/* Splits "set PLUGIN PATH" or "add PLUGIN PATH".  Returns false if the line is
 * neither, or leads out of the root. */
static bool
read_entry(char *line, struct entry *e)
{
	char *plugin = strchr(line, ' ');
	char *path = plugin != NULL ? strchr(plugin + 1, ' ') : NULL;

	if (path == NULL)
		return false;
	*plugin++ = '\0';
	*path++ = '\0';
	*e = (struct entry){strcmp(line, "add") == 0, plugin, path};
	return *path != '\0' && (e->added || strcmp(line, "set") == 0);
}

static int
read_list(struct set_files *s)
{
	size_t len = 0, most = 1;
	mode_t mode;
	char *rest;

	s->text = in_root_read(s->root, LIST, LIST_MAX, &len, &mode);
	if (s->text == NULL)
		return 0;
	s->text[len] = '\0';
	for (const char *p = s->text; *p != '\0'; p++)
		most += *p == '\n';
	s->v = calloc(most, sizeof *s->v);
	if (s->v == NULL)
		return -1;
	for (char *line = strtok_r(s->text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		s->n += read_entry(line, &s->v[s->n]);
	return 0;
}

struct set_files *
set_files_open(const char *root)
{
	struct set_files *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (s->root != -1 && read_list(s) == 0)
		return s;
	set_files_free(s);
	return NULL;
}

void
set_files_free(struct set_files *s)
{
	int saved = errno;

	if (s == NULL)
		return;
	if (s->root != -1)
		close(s->root);
	free(s->text);
	free(s->v);
	free(s);
	errno = saved;
}

/* Copies a file, or a link, from one path to another, if it is there.  Returns
 * 0, or -1 and errno. */
static int
copy(int root, const char *from, const char *to)
{
	AUTO_FREE char *data = NULL;
	char target[PATH_MAX];
	size_t len;
	mode_t mode;

	if (in_root_readlink(root, from, target, sizeof target) == 0)
		return in_root_link(root, to, target);
	data = in_root_read(root, from, SET_FILES_BYTES, &len, &mode);
	return data != NULL ? in_root_write(root, to, data, len, mode) : -1;
}

/* Returns true if a file of at most SET_FILES_BYTES or a link is there. */
static bool
is_there(int root, const char *path)
{
	AUTO_FREE char *data = NULL;
	char target[PATH_MAX];
	size_t len;
	mode_t mode;

	if (in_root_readlink(root, path, target, sizeof target) == 0)
		return true;
	data = in_root_read(root, path, SET_FILES_BYTES, &len, &mode);
	return data != NULL;
}

static int
unlink_in(int root, const char *path)
{
	const char *name = strrchr(path, '/');
	AUTO_FREE char *parent = strndup(path, name != NULL ? name - path : 0);
	AUTO_CLOSE int dir = -1;

	if (parent == NULL)
		return -1;
	dir = in_root_dir(root, name != NULL ? parent : ".");
	return dir != -1 ? unlinkat(dir, name != NULL ? name + 1 : path, 0)
			 : -1;
}

static const struct entry *
find(const struct set_files *s, const char *path)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i].path, path) == 0)
			return &s->v[i];
	return NULL;
}

void
set_files_before(struct set_files *s, const struct plan_item *item)
{
	AUTO_FREE char *original = NULL;

	if (item->kind == PLAN_DIR || item->kind == PLAN_ADD ||
	    find(s, item->path) != NULL ||
	    asprintf(&original, ORIGINALS "%s", item->path) == -1)
		return;
	/* A copy is there already if a run was cut off before it wrote the
	 * list: then the plugin's file may lie at the path */
	if (!is_there(s->root, original))
		(void)copy(s->root, item->path, original);
}

/* Takes the block of a plugin out of a file, which goes if nothing else is in
 * it. */
static void
take_block(int root, const struct entry *e)
{
	AUTO_FREE char *rest = NULL;
	AUTO_FREE char *data = NULL;
	size_t len, nrest;
	mode_t mode;
	FILE *f;

	data = in_root_read(root, e->path, RENDER_FILE_MAX, &len, &mode);
	f = data != NULL ? open_memstream(&rest, &nrest) : NULL;
	if (f == NULL)
		return;
	template_block(data, len, e->plugin, NULL, 0, f);
	if (fclose(f) != 0)
		return;
	if (nrest == 0)
		(void)unlink_in(root, e->path);
	else
		(void)in_root_write(root, e->path, rest, nrest, mode);
}

/* Puts back what was there before a plugin set the file. */
static void
put_back(int root, const char *path)
{
	AUTO_FREE char *original = NULL;

	if (asprintf(&original, ORIGINALS "%s", path) == -1)
		return;
	if (copy(root, original, path) == 0)
		(void)unlink_in(root, original);
	else if (errno == ENOENT)
		(void)unlink_in(root, path);
}

static bool
is_planned(const struct render_plan *plan, const struct entry *e)
{
	for (size_t i = 0; i < plan->nitems; i++) {
		const struct plan_item *item = &plan->items[i];

		if ((item->kind == PLAN_ADD) == e->added &&
		    strcmp(item->path, e->path) == 0 &&
		    (!e->added || strcmp(item->plugin->name, e->plugin) == 0))
			return true;
	}
	return false;
}

static int
write_list(const struct set_files *s, const struct render_plan *plan)
{
	AUTO_FREE char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (f == NULL)
		return -1;
	for (size_t i = 0; i < plan->nitems; i++) {
		const struct plan_item *item = &plan->items[i];

		if (item->kind != PLAN_DIR && strchr(item->path, '\n') == NULL)
			fprintf(f, "%s %s %s\n",
				item->kind == PLAN_ADD ? "add" : "set",
				item->plugin->name, item->path);
	}
	if (fclose(f) != 0)
		return -1;
	return in_root_same(s->root, LIST, text, len, LIST_MODE)
		   ? 0
		   : in_root_write(s->root, LIST, text, len, LIST_MODE);
}

int
set_files_settle(struct set_files *s, const struct render_plan *plan,
		 void (*gone)(void *ctx, const char *plugin), void *ctx)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct entry *e = &s->v[i];

		if (is_planned(plan, e))
			continue;
		if (e->added)
			take_block(s->root, e);
		else
			put_back(s->root, e->path);
		gone(ctx, e->plugin);
	}
	return write_list(s, plan);
}
