/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/shelf.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/path_in.h"
#include "lib/program_dir.h"
#include "site/facts.h"
#include "site/render.h"

/* A plugin that was asked for by its name. */
struct entry {
	char *name;
	struct plugin *plugin; /* NULL: `why` says why it cannot be used */
	bool missing;          /* there is no directory of that name */
	char why[PLUGIN_WHY];
};

struct shelf {
	/* the site's plugins, and the shipped ones; the latter may be NULL */
	char *dirs[2];
	struct entry entries[SHELF_MAX];
	size_t n;
	const char *names[SHELF_MAX]; /* the result of shelf_names */
};

/* Returns the directory of plugins that was installed with this program, for
 * free(); NULL: it is not known. */
static char *
shipped_dir(void)
{
	AUTO_FREE char *bin = program_dir();

	return bin != NULL ? path_in(bin, "../share/vfield/plugins") : NULL;
}

struct shelf *
shelf_new(const char *site, const char *shipped)
{
	struct shelf *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->dirs[0] = path_in(site, "plugins");
	s->dirs[1] = shipped != NULL ? strdup(shipped) : shipped_dir();
	return s;
}

void
shelf_free(struct shelf *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n; i++) {
		plugin_free(s->entries[i].plugin);
		free(s->entries[i].name);
	}
	free(s->dirs[0]);
	free(s->dirs[1]);
	free(s);
}

/* Reads the plugin e->name into e, from the first directory that has it. */
static void
read_entry(const struct shelf *s, struct entry *e)
{
	e->missing = true;
	snprintf(e->why, sizeof e->why, "%s: there is no such plugin", e->name);
	for (size_t i = 0; i < 2 && e->missing; i++) {
		char why[PLUGIN_WHY];

		if (s->dirs[i] == NULL)
			continue;
		e->plugin = plugin_read(s->dirs[i], e->name, why);
		if (e->plugin == NULL && (errno == ENOENT || errno == ENOTDIR))
			continue;
		e->missing = false;
		memcpy(e->why, why, sizeof why);
	}
}

/* Returns the entry of that name; if there is none yet, reads the plugin into a
 * new entry.  NULL: there are too many plugins, or there is no memory. */
static struct entry *
find(struct shelf *s, const char *name)
{
	struct entry *e = &s->entries[s->n];

	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->entries[i].name, name) == 0)
			return &s->entries[i];
	if (s->n == SHELF_MAX)
		return NULL;
	e->name = strdup(name);
	if (e->name == NULL)
		return NULL;
	s->n++;
	read_entry(s, e);
	return e;
}

struct plugin *
shelf_get(struct shelf *s, const char *name, char why[PLUGIN_WHY])
{
	struct entry *e = find(s, name);

	if (e == NULL)
		snprintf(why, PLUGIN_WHY, "%s: more than %d plugins", name,
			 SHELF_MAX);
	else if (e->plugin == NULL)
		memcpy(why, e->why, PLUGIN_WHY);
	return e != NULL ? e->plugin : NULL;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *
shelf_names(struct shelf *s, size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < 2; i++) {
		DIR *d = s->dirs[i] != NULL ? opendir(s->dirs[i]) : NULL;
		struct dirent *e;

		while (d != NULL && (e = readdir(d)) != NULL)
			if (e->d_name[0] != '.')
				(void)find(s, e->d_name);
		if (d != NULL)
			closedir(d);
	}
	for (size_t i = 0; i < s->n; i++)
		if (!s->entries[i].missing)
			s->names[(*n)++] = s->entries[i].name;
	qsort(s->names, *n, sizeof *s->names, by_name);
	return s->names;
}

static bool
has(void *ctx, const char *plugin)
{
	struct entry *e = find(ctx, plugin);

	return e != NULL && !e->missing;
}

static bool
has_setting(void *ctx, const char *plugin, const char *key)
{
	struct entry *e = find(ctx, plugin);

	if (e == NULL || e->plugin == NULL)
		return e != NULL && !e->missing;
	return plugin_setting(e->plugin, key) != NULL ||
	       (e->plugin->hooks[PLUGIN_CHECK] &&
		strcmp(key, PLUGIN_EVERY) == 0);
}

struct site_plugins
shelf_site_plugins(struct shelf *s)
{
	return (struct site_plugins){has, has_setting, s};
}

int
shelf_host(struct shelf *s, const struct site_host *h,
	   struct plugin *to[SHELF_HOST_MAX], char why[PLUGIN_WHY])
{
	size_t n;
	const struct site_value *const *v = site_values(h, "plugins", &n);

	if (n > SHELF_HOST_MAX) {
		snprintf(why, PLUGIN_WHY, "%s: more than %d plugins", h->name,
			 SHELF_HOST_MAX);
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		to[i] = shelf_get(s, v[i]->text, why);
		if (to[i] == NULL)
			return -1;
	}
	return plugin_order(to, n, why) == 0 ? (int)n : -1;
}

/* Returns the names of a host's plugins as one text, for free().  Hosts with
 * the same text need only one check. */
static char *
list_text(const struct site_host *h)
{
	size_t n, len;
	const struct site_value *const *v = site_values(h, "plugins", &n);
	char *text = NULL;
	FILE *f = open_memstream(&text, &len);

	if (f == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		fprintf(f, "%s ", v[i]->text);
	fclose(f);
	return text;
}

static void
check_host(struct shelf *s, const struct site_host *h,
	   struct site_errors *errors)
{
	struct plugin *plugins[SHELF_HOST_MAX];
	struct render_plan *plan = NULL;
	struct facts f = {.host = h, .plugins = plugins};
	char why[PLUGIN_WHY];
	int n = shelf_host(s, h, plugins, why);
	bool ok = n != -1;

	f.n = ok ? n : 0;
	if (ok)
		plan = render_plan_make(plugins, n, why);
	ok = plan != NULL && render_check(plan, &f, why) == 0;
	render_plan_free(plan);
	if (!ok) {
		size_t nv;
		const struct site_value *const *v =
		    site_values(h, "plugins", &nv);

		site_error(errors, nv > 0 ? v[0]->file : SITE_HOSTS,
			   nv > 0 ? v[0]->line : 0, "%s: %s", h->name, why);
	}
}

/* Adds an error for each `PLUGIN.every` of a host that is no number of
 * seconds. */
static void
check_every(const struct site_host *h, struct site_errors *errors)
{
	for (size_t i = 0; i < h->nvalues; i++) {
		const struct site_value *v = h->values[i];
		const char *dot = strchr(v->key, '.');
		unsigned seconds;

		if (errors->n > 0 && errors->n <= SITE_ERRORS_MAX &&
		    errors->v[errors->n - 1].line == v->line)
			continue; /* said of another host of the group */
		if (dot != NULL && strcmp(dot + 1, PLUGIN_EVERY) == 0 &&
		    plugin_every_parse(v->text, &seconds) == -1)
			site_error(errors, v->file, v->line,
				   "%s should be seconds, from 1 to %d", v->key,
				   PLUGIN_EVERY_MAX);
	}
}

void
shelf_check(struct shelf *s, const struct site *site,
	    struct site_errors *errors)
{
	const struct name_set *names = site_names(site);
	size_t n = name_set_count(names), nseen = 0;
	char **seen = calloc(n + 1, sizeof *seen);

	for (size_t i = 0; i < n && seen != NULL; i++) {
		const struct site_host *h = site_host_at(site, i);
		char *list = list_text(h);
		size_t j = 0;

		check_every(h, errors);
		while (list != NULL && j < nseen && strcmp(seen[j], list) != 0)
			j++;
		if (list != NULL && j == nseen) {
			seen[nseen++] = list;
			check_host(s, h, errors);
		} else {
			free(list);
		}
	}
	for (size_t i = 0; i < nseen; i++)
		free(seen[i]);
	free(seen);
}
