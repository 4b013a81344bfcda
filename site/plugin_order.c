/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/plugin.h"

#include <stdio.h>
#include <string.h>

static size_t
find(struct plugin *const *plugins, size_t n, const char *name)
{
	size_t i = 0;

	while (i < n && strcmp(plugins[i]->name, name) != 0)
		i++;
	return i;
}

/* Returns true if all plugins that p needs are among the first `done` plugins.
 */
static bool
may_follow(const struct plugin *p, struct plugin *const *plugins, size_t done)
{
	for (size_t i = 0; i < p->nneeds; i++)
		if (find(plugins, done, p->needs[i]) == done)
			return false;
	return true;
}

/* Returns the index of a plugin that plugins[at] needs, and that is not among
 * the first `done`. */
static size_t
waits_for(struct plugin *const *plugins, size_t n, size_t done, size_t at)
{
	const struct plugin *p = plugins[at];
	size_t i = 0;

	while (find(plugins, done, p->needs[i]) < done)
		i++;
	return find(plugins, n, p->needs[i]);
}

/* Writes to `why` the names of plugins that need each other in a circle.  Each
 * plugin from `done` on needs another of them, so after n steps from one to the
 * next the walk has reached a circle. */
static void
name_circle(struct plugin *const *plugins, size_t n, size_t done,
	    char why[PLUGIN_WHY])
{
	size_t at = done, start, len;

	for (size_t i = 0; i < n; i++)
		at = waits_for(plugins, n, done, at);
	start = at;
	len = snprintf(why, PLUGIN_WHY, "plugins need each other: %s",
		       plugins[at]->name);
	do {
		at = waits_for(plugins, n, done, at);
		len += snprintf(why + len, PLUGIN_WHY - len, " needs %s",
				plugins[at]->name);
	} while (at != start && len < PLUGIN_WHY);
}

static int
all_there(struct plugin *const *plugins, size_t n, char why[PLUGIN_WHY])
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < plugins[i]->nneeds; j++)
			if (find(plugins, n, plugins[i]->needs[j]) == n) {
				snprintf(why, PLUGIN_WHY,
					 "plugin %s needs plugin %s, which is "
					 "not among the host's",
					 plugins[i]->name,
					 plugins[i]->needs[j]);
				return -1;
			}
	return 0;
}

int
plugin_order(struct plugin **plugins, size_t n, char why[PLUGIN_WHY])
{
	if (all_there(plugins, n, why) == -1)
		return -1;
	for (size_t done = 0; done < n; done++) {
		struct plugin *next;
		size_t i = done;

		while (i < n && !may_follow(plugins[i], plugins, done))
			i++;
		if (i == n) {
			name_circle(plugins, n, done, why);
			return -1;
		}
		next = plugins[i];
		memmove(&plugins[done + 1], &plugins[done],
			(i - done) * sizeof *plugins);
		plugins[done] = next;
	}
	return 0;
}
