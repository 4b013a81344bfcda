/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* shelf: the plugins that a site can name: those in its own plugins/, which
 * come first, and those that V-FIELD brings.  Each is read once.
 *
 * A published site has in its plugins/ all that its hosts name, so that it is
 * whole on any machine.
 */
#ifndef VF_SITE_SHELF_H
#define VF_SITE_SHELF_H

#include "site/plugin.h"
#include "site/site.h"

#define SHELF_MAX 256     /* plugins that are read */
#define SHELF_HOST_MAX 64 /* plugins of a host */

struct shelf;

/* Returns a shelf of SITE/plugins and `shipped`; NULL: the directory that was
 * installed with this program.  Returns NULL if there is no memory. */
struct shelf *shelf_new(const char *site, const char *shipped);
void shelf_free(struct shelf *s);

/* Returns the plugin of that name, which the shelf owns; NULL and why. */
struct plugin *shelf_get(struct shelf *s, const char *name,
			 char why[PLUGIN_WHY]);
/* Reads all plugins that there are.  Returns their names, *n of them, which the
 * shelf owns, sorted; a plugin that is wrong is among them. */
const char *const *shelf_names(struct shelf *s, size_t *n);

/* Returns what site_load wants to know of plugins.  A plugin that is there but
 * wrong counts as one with any settings: shelf_get says what is wrong. */
struct site_plugins shelf_site_plugins(struct shelf *s);

/* Puts the plugins of a host into `to`, in their order.  Returns their number;
 * -1 and why: one is missing or wrong, or their needs cannot be met. */
int shelf_host(struct shelf *s, const struct site_host *h,
	       struct plugin *to[SHELF_HOST_MAX], char why[PLUGIN_WHY]);

/* Looks at the plugins of all hosts: their order, the paths that they set, the
 * names in their templates.  Adds an error for each plugin, or list of plugins,
 * that is wrong, with the line of a host that has it. */
void shelf_check(struct shelf *s, const struct site *site,
		 struct site_errors *errors);

#endif
