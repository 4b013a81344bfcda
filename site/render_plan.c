/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/render_plan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"

/* rights that a plugin can give a file; a set-uid bit is not one of them */
#define MODE_BITS 0777

struct walk {
	struct render_plan *plan;
	const struct plugin *plugin;
	char *why;
};

static int __attribute__((format(printf, 3, 4)))
wrong(struct walk *w, const char *from, const char *fmt, ...)
{
	va_list ap;
	int n = snprintf(w->why, PLUGIN_WHY, "%.128s/%.128s: ", w->plugin->dir,
			 from);

	va_start(ap, fmt);
	vsnprintf(w->why + n, PLUGIN_WHY - n, fmt, ap);
	va_end(ap);
	return -1;
}

/* Returns the kind of item that a file of that name is.  Sets *len to the
 * length that the name has in the machine's root, without its suffix. */
static enum plan_kind
kind_of(const char *name, size_t *len)
{
	static const struct {
		const char *end;
		enum plan_kind kind;
	} kinds[] = {{".in", PLAN_IN}, {".gen", PLAN_GEN}, {".add", PLAN_ADD}};
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t end = strlen(kinds[i].end);

		if (n > end && strcmp(name + n - end, kinds[i].end) == 0) {
			*len = n - end;
			return kinds[i].kind;
		}
	}
	*len = n;
	return PLAN_FILE;
}

/* Adds the file at `from`, a path that begins with "root/", to the plan.
 * Returns 0, or -1 and writes `why`. */
static int
add_item(struct walk *w, const char *from, const struct stat *st)
{
	struct render_plan *r = w->plan;
	const char *name = strrchr(from, '/') + 1;
	size_t len = strlen(name);
	struct plan_item *item;
	enum plan_kind kind = PLAN_DIR;

	if (S_ISREG(st->st_mode))
		kind = kind_of(name, &len);
	else if (S_ISLNK(st->st_mode))
		kind = PLAN_LINK;
	else if (!S_ISDIR(st->st_mode))
		return wrong(w, from, "neither a file, a directory nor a link");
	if (kind == PLAN_GEN && (st->st_mode & 0100) == 0)
		return wrong(w, from, "not executable");
	if (r->nitems == PLAN_ITEMS_MAX)
		return wrong(w, from, "more than %d files", PLAN_ITEMS_MAX);
	item = &r->items[r->nitems];
	item->plugin = w->plugin;
	item->kind = kind;
	item->mode = st->st_mode & MODE_BITS;
	if (kind == PLAN_GEN)
		item->mode &= ~0111;
	item->from = strdup(from);
	item->path = strndup(from + strlen("root/"),
			     name - from - strlen("root/") + len);
	r->nitems++;
	if (item->from == NULL || item->path == NULL)
		return wrong(w, from, "%s", strerror(ENOMEM));
	return 0;
}

static bool
name_ok(const char *name)
{
	for (; *name != '\0'; name++)
		if ((unsigned char)*name < ' ' || *name == 0x7f)
			return false;
	return true;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
no_dots(const struct dirent *e)
{
	return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static int walk_dir(struct walk *w, int parent, const char *name,
		    const char *from, int depth);

static int
walk_entry(struct walk *w, int dir, const char *name, const char *from,
	   int depth)
{
	AUTO_FREE char *path = NULL;
	struct stat st;

	if (asprintf(&path, "%s/%s", from, name) == -1)
		return wrong(w, from, "%s", strerror(ENOMEM));
	if (!name_ok(name) || strlen(path) > PLAN_PATH_MAX)
		return wrong(w, from, "a name that is no file's here");
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return wrong(w, path, "%s", strerror(errno));
	if (add_item(w, path, &st) == -1)
		return -1;
	return S_ISDIR(st.st_mode) ? walk_dir(w, dir, name, path, depth + 1)
				   : 0;
}

static int
walk_dir(struct walk *w, int parent, const char *name, const char *from,
	 int depth)
{
	AUTO_CLOSE int dir = openat(
	    parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct dirent **entries;
	int n, result = 0;

	if (dir == -1)
		return wrong(w, from, "%s", strerror(errno));
	if (depth > PLAN_DEPTH_MAX)
		return wrong(w, from, "more than %d directories in each other",
			     PLAN_DEPTH_MAX);
	n = scandirat(dir, ".", &entries, no_dots, by_name);
	if (n == -1)
		return wrong(w, from, "%s", strerror(errno));
	for (int i = 0; i < n; i++) {
		if (result == 0)
			result =
			    walk_entry(w, dir, entries[i]->d_name, from, depth);
		free(entries[i]);
	}
	free(entries);
	return result;
}

static int
walk_plugin(struct walk *w)
{
	AUTO_CLOSE int dir =
	    open(w->plugin->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (dir == -1)
		return wrong(w, "", "%s", strerror(errno));
	if (fstatat(dir, "root", &st, AT_SYMLINK_NOFOLLOW) == -1 &&
	    errno == ENOENT)
		return 0;
	return walk_dir(w, dir, "root", "root", 0);
}

static int
by_path(const void *a, const void *b)
{
	const struct plan_item *x = *(const struct plan_item *const *)a;
	const struct plan_item *y = *(const struct plan_item *const *)b;
	int order = strcmp(x->path, y->path);

	return order != 0 ? order : (x > y) - (x < y);
}

/* Returns true if the two items, which have the same path, do not contradict
 * each other. */
static bool
agree(const struct plan_item *a, const struct plan_item *b)
{
	bool a_dir = a->kind == PLAN_DIR, b_dir = b->kind == PLAN_DIR;

	if (a_dir || b_dir)
		return a_dir && b_dir;
	return a->kind == PLAN_ADD || b->kind == PLAN_ADD;
}

static int
conflict(const struct plan_item *a, const struct plan_item *b,
	 char why[PLUGIN_WHY])
{
	if (a->plugin == b->plugin)
		snprintf(why, PLUGIN_WHY,
			 "%.128s: %.64s and %.64s are both /%s", a->plugin->dir,
			 a->from, b->from, a->path);
	else
		snprintf(why, PLUGIN_WHY, "plugins %s and %s both set /%.255s",
			 a->plugin->name, b->plugin->name, a->path);
	return -1;
}

/* Returns 0 if no two items contradict each other; else -1 and writes `why`. */
static int
find_conflicts(const struct render_plan *r, char why[PLUGIN_WHY])
{
	AUTO_FREE const struct plan_item **sorted =
	    calloc(r->nitems + 1, sizeof *sorted);
	/* the item to which the others of the same path are compared */
	const struct plan_item *set = NULL;

	if (sorted == NULL) {
		snprintf(why, PLUGIN_WHY, "%s", strerror(ENOMEM));
		return -1;
	}
	for (size_t i = 0; i < r->nitems; i++)
		sorted[i] = &r->items[i];
	qsort(sorted, r->nitems, sizeof *sorted, by_path);
	for (size_t i = 0; i < r->nitems; i++) {
		const struct plan_item *one = sorted[i];

		if (set != NULL && strcmp(set->path, one->path) != 0)
			set = NULL;
		if (set != NULL && !agree(set, one))
			return conflict(set, one, why);
		/* an item that sets the file is preferred to one that adds a
		 * block */
		if (set == NULL || set->kind == PLAN_ADD)
			set = one;
	}
	return 0;
}

struct render_plan *
render_plan_make(struct plugin *const *plugins, size_t n, char why[PLUGIN_WHY])
{
	struct render_plan *r = calloc(1, sizeof *r);
	struct walk w = {.plan = r, .why = why};
	bool ok;

	if (r != NULL)
		r->items = calloc(PLAN_ITEMS_MAX, sizeof *r->items);
	ok = r != NULL && r->items != NULL;
	if (!ok)
		snprintf(why, PLUGIN_WHY, "%s", strerror(ENOMEM));
	for (size_t i = 0; i < n && ok; i++) {
		w.plugin = plugins[i];
		ok = walk_plugin(&w) == 0;
	}
	if (ok && find_conflicts(r, why) == 0)
		return r;
	render_plan_free(r);
	return NULL;
}

void
render_plan_free(struct render_plan *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; r->items != NULL && i < r->nitems; i++) {
		free(r->items[i].from);
		free(r->items[i].path);
	}
	free(r->items);
	free(r);
}
