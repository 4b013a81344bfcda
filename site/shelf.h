/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* shelf: finds the plugins that a site can name: first in the site's own
 * plugins/, then among those that V-FIELD ships.  Each is read once.
 *
 * A published site has in its plugins/ all plugins that its hosts name, so that
 * it is complete on any machine. */
#ifndef VF_SITE_SHELF_H
#define VF_SITE_SHELF_H

#include "site/plugin.h"
#include "site/site.h"

#define SHELF_MAX 256     /* most plugins that are read */
#define SHELF_HOST_MAX 64 /* most plugins of a host */

struct shelf;

/* Returns a shelf of the plugins in SITE/plugins and in the directory
 * `shipped`; NULL: the directory that was installed with this program.  Returns
 * NULL if there is no memory. */
struct shelf *shelf_new(const char *site, const char *shipped);
void shelf_free(struct shelf *s);

/* Returns the plugin of that name, which the shelf owns; or NULL and writes
 * `why`. */
struct plugin *shelf_get(struct shelf *s, const char *name,
			 char why[PLUGIN_WHY]);
/* Reads all plugins that are there.  Returns their names, sorted, which the
 * shelf owns, and sets *n to their number.  Plugins that have errors are
 * included. */
const char *const *shelf_names(struct shelf *s, size_t *n);

/* Returns the callbacks by which site_load asks for plugins.  A plugin that has
 * errors counts as one with any settings; shelf_get says what the errors are.
 */
struct site_plugins shelf_site_plugins(struct shelf *s);

/* Puts the plugins of a host into `to`, sorted by plugin_order().  Returns
 * their number; -1 and writes `why`: a plugin is missing or wrong, or the
 * plugins cannot be sorted. */
int shelf_host(struct shelf *s, const struct site_host *h,
	       struct plugin *to[SHELF_HOST_MAX], char why[PLUGIN_WHY]);

/* Checks the plugins of all hosts: their order, the paths that they set, and
 * the names in their templates.  Adds an error for each plugin, or list of
 * plugins, that is wrong, with the line of a host that has it. */
void shelf_check(struct shelf *s, const struct site *site,
		 struct site_errors *errors);

#endif
