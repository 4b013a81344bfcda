/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* facts: the values that templates and hooks of a host's plugins are given.
 *
 *   host.name host.address host.mac host.domain host.gateway
 *   host.name_servers host.core host.id     empty where nobody says them
 *   KEY             a setting of the plugin itself
 *   PLUGIN.KEY      the same, or a setting of a plugin that it needs
 *
 * host.core has the addresses of nodes that this machine started from, host.id
 * 32 hexadecimal digits that are this host's alone (facts_id).
 *
 * A setting has the value that the site gives the host, else its default.
 */
#ifndef VF_SITE_FACTS_H
#define VF_SITE_FACTS_H

#include "site/plugin.h"
#include "site/site.h"

#define FACTS_OWN 8 /* values that are declared for every plugin */

struct facts {
	/* the host's values; NULL: a check, for which defaults will do */
	const struct site_host *host;
	struct plugin *const *plugins; /* the host's plugins, n of them */
	size_t n;
	/* values that the machine knows by itself, used where the site has
	 * none; NULL: not known */
	const char *own[FACTS_OWN];
};

#define FACTS_ID 33 /* bytes of an id, with the NUL */

/* Writes an id that follows from the seed, which is the site's, and the name of
 * the host; no two hosts have the same. */
void facts_id(const char *seed, const char *host, char id[FACTS_ID]);
/* Sets a value of the machine's own.  Returns 0; -1: there is none of that
 * name, such as "host.address". */
int facts_own(struct facts *f, const char *name, const char *text);
/* Returns the name of own[i]. */
const char *facts_own_name(size_t i);
/* Returns the value of a setting of p. */
const char *facts_setting(const struct facts *f, const struct plugin *p,
			  const struct plugin_setting *s);
/* Returns the value that `name` has in the files of plugin p; NULL: it is not
 * declared. */
const char *facts_value(const struct facts *f, const struct plugin *p,
			const char *name);
/* Returns a hook's environment for plugin p (vfield-plugin(7)), for
 * facts_env_free(); NULL and ENOMEM. */
char **facts_env(const struct facts *f, const struct plugin *p,
		 const char *hook);
void facts_env_free(char **env);

#endif
