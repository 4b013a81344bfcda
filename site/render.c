/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/render.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "site/in_root.h"
#include "site/template.h"

/* mode of a file that does not exist before the first block is added to it */
#define ADDED_MODE 0644

struct text {
	char *data;
	size_t len;
};

struct work {
	const struct render *r;
	const struct plan_item *item;
	int root;       /* descriptor of the system's root */
	uint64_t bytes; /* sum of the bytes of all files so far */
	bool changed;   /* the file of `item` was missing or different before */
	char why[PLUGIN_WHY];
};

static void
free_text(struct text *t)
{
	free(t->data);
}
#define AUTO_TEXT __attribute__((cleanup(free_text)))

static int __attribute__((format(printf, 2, 3)))
wrong(char why[PLUGIN_WHY], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, PLUGIN_WHY, fmt, ap);
	va_end(ap);
	return -1;
}

/* Reads the plugin's file item->from unchanged, not as a template.  Returns 0;
 * or -1 and writes `why`. */
static int
read_own(const struct plan_item *item, struct text *t, char why[PLUGIN_WHY])
{
	AUTO_CLOSE int dir =
	    open(item->plugin->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	mode_t mode;

	if (dir != -1)
		t->data = in_root_read(dir, item->from, RENDER_FILE_MAX,
				       &t->len, &mode);
	return t->data != NULL
		   ? 0
		   : wrong(why, "%.128s/%.128s: %s", item->plugin->dir,
			   item->from, strerror(errno));
}

struct names {
	const struct facts *facts;
	const struct plugin *plugin;
};

static const char *
value_of(const void *ctx, const char *name)
{
	const struct names *n = ctx;

	return facts_value(n->facts, n->plugin, name);
}

/* Reads the template item->from of the plugin, and puts the text with its
 * values into *to.  Returns 0; or -1 and writes `why`. */
static int
fill(const struct plan_item *item, const struct facts *facts, struct text *to,
     char why[PLUGIN_WHY])
{
	struct names names = {facts, item->plugin};
	AUTO_TEXT struct text t = {0};
	char name[TEMPLATE_NAME_MAX + 1];
	unsigned line;
	int declared;
	FILE *f;

	if (read_own(item, &t, why) == -1)
		return -1;
	f = open_memstream(&to->data, &to->len);
	if (f == NULL)
		return wrong(why, "%s", strerror(errno));
	declared =
	    template_fill(t.data, t.len, value_of, &names, f, &line, name);
	if (fclose(f) != 0)
		return wrong(why, "%s", strerror(errno));
	if (declared == -1)
		return wrong(why, "%.128s/%.128s:%u: @%s@ is not declared",
			     item->plugin->dir, item->from, line, name);
	return 0;
}

int
render_check(const struct render_plan *plan, const struct facts *facts,
	     char why[PLUGIN_WHY])
{
	for (size_t i = 0; i < plan->nitems; i++) {
		const struct plan_item *item = &plan->items[i];
		AUTO_TEXT struct text t = {0};

		if ((item->kind == PLAN_IN || item->kind == PLAN_ADD) &&
		    fill(item, facts, &t, why) == -1)
			return -1;
	}
	return 0;
}

static int
put(struct work *w, const struct text *t, mode_t mode)
{
	w->bytes += t->len;
	if (w->bytes > RENDER_ALL_MAX)
		return wrong(w->why, "more than %u bytes in all",
			     RENDER_ALL_MAX);
	if (in_root_same(w->root, w->item->path, t->data, t->len, mode))
		return 0;
	w->changed = true;
	if (in_root_write(w->root, w->item->path, t->data, t->len, mode) == 0)
		return 0;
	return wrong(w->why, "/%.255s: %s", w->item->path, strerror(errno));
}

static int
generate(struct work *w)
{
	const struct plan_item *item = w->item;
	char **env = facts_env(w->r->facts, item->plugin, "gen");
	struct hook h = {.root = w->r->root,
			 .dir = item->plugin->dir,
			 .site = w->r->site,
			 .program = item->from,
			 .env = env,
			 .seconds = w->r->seconds,
			 .fill_max = HOOK_FILL_MAX,
			 .keep_stdout = 1};
	struct hook_result res;
	struct text t;
	int result;

	if (env == NULL)
		return wrong(w->why, "%s", strerror(ENOMEM));
	hook_run(&h, &res);
	facts_env_free(env);
	t = (struct text){res.printed, res.nprinted};
	if (res.end == HOOK_OK)
		result = put(w, &t, item->mode);
	else
		result =
		    wrong(w->why, "%.128s/%.64s: %s: %.100s", item->plugin->dir,
			  item->from, hook_end_word(res.end), res.said);
	free(res.printed);
	return result;
}

/* Returns true if the link of w->item already exists and leads to `target`. */
static bool
link_same(const struct work *w, const char *target)
{
	char its[PATH_MAX];

	return in_root_readlink(w->root, w->item->path, its, sizeof its) == 0 &&
	       strcmp(its, target) == 0;
}

static int
put_link(struct work *w)
{
	AUTO_CLOSE int dir =
	    open(w->item->plugin->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, w->item->from, target, sizeof target - 1);

	if (n == -1)
		return wrong(w->why, "%.255s: %s", w->item->from,
			     strerror(errno));
	target[n] = '\0';
	if (link_same(w, target))
		return 0;
	w->changed = true;
	return in_root_link(w->root, w->item->path, target) == 0
		   ? 0
		   : wrong(w->why, "/%.255s: %s", w->item->path,
			   strerror(errno));
}

static int
set_item(struct work *w)
{
	AUTO_TEXT struct text t = {0};

	switch (w->item->kind) {
	case PLAN_DIR:
		return in_root_mkdir(w->root, w->item->path, w->item->mode) == 0
			   ? 0
			   : wrong(w->why, "/%.255s: %s", w->item->path,
				   strerror(errno));
	case PLAN_LINK:
		return put_link(w);
	case PLAN_GEN:
		return generate(w);
	case PLAN_IN:
		if (fill(w->item, w->r->facts, &t, w->why) == -1)
			return -1;
		break;
	default:
		if (read_own(w->item, &t, w->why) == -1)
			return -1;
	}
	return put(w, &t, w->item->mode);
}

static int
add_item(struct work *w)
{
	AUTO_TEXT struct text old = {0}, block = {0}, fresh = {0};
	mode_t mode = ADDED_MODE;
	FILE *f;

	if (fill(w->item, w->r->facts, &block, w->why) == -1)
		return -1;
	old.data = in_root_read(w->root, w->item->path, RENDER_FILE_MAX,
				&old.len, &mode);
	if (old.data == NULL && errno != ENOENT)
		return wrong(w->why, "/%.255s: %s", w->item->path,
			     strerror(errno));
	f = open_memstream(&fresh.data, &fresh.len);
	if (f == NULL)
		return wrong(w->why, "%s", strerror(errno));
	template_block(old.data != NULL ? old.data : "", old.len,
		       w->item->plugin->name, block.data, block.len, f);
	if (fclose(f) != 0)
		return wrong(w->why, "%s", strerror(errno));
	return put(w, &fresh, mode);
}

static int
each(struct work *w, bool added)
{
	const struct render *r = w->r;
	int result = 0;

	for (size_t i = 0; i < r->plan->nitems; i++) {
		int one;

		w->item = &r->plan->items[i];
		if ((w->item->kind == PLAN_ADD) != added)
			continue;
		w->changed = false;
		if (r->before != NULL)
			r->before(r->ctx, w->item);
		one = added ? add_item(w) : set_item(w);
		r->done(r->ctx, w->item, w->changed, one == 0 ? NULL : w->why);
		if (one == -1)
			result = -1;
	}
	return result;
}

int
render_run(const struct render *r)
{
	AUTO_CLOSE int root = open(r->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct work w = {.r = r, .root = root};
	int set, added;

	if (root == -1)
		return -1;
	set = each(&w, false);
	added = each(&w, true);
	return set == -1 || added == -1 ? -1 : 0;
}
