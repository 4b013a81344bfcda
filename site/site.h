/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site: the hosts of a site, and every value that is set for each of them.
 *
 * A site is a directory; its file `hosts` (INI; vfield-site(7)) says which
 * hosts there are.  Its sections are
 *
 *   groups      with a line `hosts = node[01-40]`
 *   hosts       that a group names, or that have a `mac` or an `address`
 *   templates   all others; some section takes them by `use =`
 *
 * Lines before the first section are for all hosts.  A host takes the groups
 * that name it in the order of the file, each after what it uses, its own
 * section last; each section is taken once.  `=` sets, `+=` adds, `-=` removes.
 *
 * Keys     SITE_KEYS below, and settings of plugins, `PLUGIN.KEY`.
 * Lists    A key that is a list has one struct site_value for each element, in
 *          order; any other key has one, or none.
 * Memory   all is owned by the struct site, and does not change.
 * Limits   SITE_FILE_MAX bytes, SITE_SECTIONS_MAX sections, NAME_SET_MAX hosts,
 *          SITE_VALUES_MAX values a host.
 */
#ifndef VF_SITE_SITE_H
#define VF_SITE_SITE_H

#include "site/errors.h"
#include "site/ranges.h"

#define SITE_FILE_MAX (1 << 20)
#define SITE_SECTIONS_MAX 8192
#define SITE_VALUES_MAX 512
#define SITE_KEY_MAX 64
#define SITE_HOSTS "hosts" /* name of the file in the site's directory */

struct site_value {
	const char *key;  /* such as "mac", "plugins", "nfs.share" */
	const char *text; /* a single element, if the key is a list */
	const char *file; /* path in the site's directory, such as "hosts" */
	unsigned line;    /* from 1 on */
};

struct site_host {
	const char *name;
	/* values in force, those of one key together */
	const struct site_value *const *values;
	size_t nvalues;
};

struct site;

/* Says which plugins there are, and which settings each has.  A NULL function
 * says yes to all. */
struct site_plugins {
	bool (*has)(void *ctx, const char *plugin);
	bool (*has_setting)(void *ctx, const char *plugin, const char *key);
	void *ctx;
};

/* Reads DIR/hosts.  Returns the site; NULL: `errors` says what is wrong. */
struct site *site_load(const char *dir, const struct site_plugins *plugins,
		       struct site_errors *errors);
/* Does what site_load does, with the text of the hosts file. */
struct site *site_read(const char *text, size_t len,
		       const struct site_plugins *plugins,
		       struct site_errors *errors);
void site_free(struct site *s);

/* The hosts, in the order in which the file first names them. */
const struct name_set *site_names(const struct site *s);
const struct site_host *site_host_at(const struct site *s, size_t i);
/* Returns the host of that name, or NULL. */
const struct site_host *site_host(const struct site *s, const char *name);
/* Returns the hosts of a group, or all hosts for "*"; NULL: no such group.  A
 * ranges_group (ranges.h), with the site as its context. */
const struct name_set *site_group(void *site, const char *group,
				  char why[RANGES_WHY]);
/* Adds the hosts that text means (ranges.h) to the set `to`.  Returns 0; -1:
 * `why` says what is wrong, also of a name that is no host's, and of a text
 * that means no host at all. */
int site_hosts_of(const struct site *s, const char *text, struct name_set *to,
		  char why[RANGES_WHY]);

/* Returns the text of a key's value, or NULL if it is not set.  For a list:
 * that of the first element. */
const char *site_get(const struct site_host *h, const char *key);
/* Returns the values of a key, and their number in *n. */
const struct site_value *const *site_values(const struct site_host *h,
					    const char *key, size_t *n);
/* Returns whether a list has an element. */
bool site_has(const struct site_host *h, const char *key, const char *text);
/* Returns the value of a plugin's setting, or NULL if it is not set. */
const char *site_setting(const struct site_host *h, const char *plugin,
			 const char *key);

#endif
