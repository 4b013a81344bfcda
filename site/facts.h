/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* facts: provides the values that templates and hooks of a host's plugins get.
 *
 *   host.name host.address host.mac host.domain host.gateway
 *   host.name_servers host.core host.id     empty where nobody says them
 *   KEY             a setting of the plugin itself
 *   PLUGIN.KEY      the same, or a setting of a plugin that it needs
 *
 * host.core has the addresses of the nodes from which this machine started.
 * host.id has 32 hexadecimal digits that no other host has (facts_id).
 *
 * A setting has the value that the site gives the host, or else its default. */
#ifndef VF_SITE_FACTS_H
#define VF_SITE_FACTS_H

#include "site/plugin.h"
#include "site/site.h"

#define FACTS_OWN 8 /* values that are declared for every plugin */

struct facts {
	/* the host with its values; NULL: for a check, where defaults are
	 * enough */
	const struct site_host *host;
	struct plugin *const *plugins; /* the host's plugins, n of them */
	size_t n;
	/* the machine's own values, used where the site has none; NULL:
	 * unknown; facts_own_name has their names */
	const char *own[FACTS_OWN];
};

#define FACTS_ID 33 /* bytes of an id, with the NUL */

/* Writes an id that is made from `seed`, which belongs to the site, and the
 * name of the host, so that no two hosts have the same id. */
void facts_id(const char *seed, const char *host, char id[FACTS_ID]);
/* Sets the machine's own value `name`, such as "host.address".  Returns 0; -1:
 * there is no value of that name. */
int facts_own(struct facts *f, const char *name, const char *text);
/* Returns the name of the value own[i], such as "host.address". */
const char *facts_own_name(size_t i);
/* Returns the value of the setting s of plugin p: the host's, or else the
 * default. */
const char *facts_setting(const struct facts *f, const struct plugin *p,
			  const struct plugin_setting *s);
/* Returns the value that `name` has in the files of plugin p; NULL: p does not
 * declare that name. */
const char *facts_value(const struct facts *f, const struct plugin *p,
			const char *name);
/* Returns the seconds between two checks of plugin p, which its host may set
 * (PLUGIN.every); 0: the plugin has no hook `check`. */
unsigned facts_every(const struct facts *f, const struct plugin *p);
/* Returns the environment of a hook of plugin p (vfield-plugin(7)), for
 * facts_env_free(); NULL and ENOMEM: there is no memory. */
char **facts_env(const struct facts *f, const struct plugin *p,
		 const char *hook);
void facts_env_free(char **env);

#endif
