/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site: reads the hosts of a site, and every value that is set for each of
 * them.
 *
 * A site is a directory; its file `hosts` (INI; vfield-site(7)) says which
 * hosts there are.  Its sections are
 *
 *   groups      with a line `hosts = node[01-40]`
 *   hosts       that a group names, or that have a `mac` or an `address`
 *   templates   all others; some section takes them by `use =`
 *
 * Lines before the first section are for all hosts.  A host takes the lines of
 * those groups that name it, in the order of the file, and then those of its
 * own section.  Before the lines of a section it takes those of the sections
 * that the section uses.  Each section is taken once.  `=` sets, `+=` adds,
 * `-=` removes.
 *
 * Keys     those of keys.h, and settings of plugins, `PLUGIN.KEY`.
 * Lists    A key that is a list has one struct site_value for each element, in
 *          order; any other key has one, or none.
 * Memory   all is owned by the struct site, and does not change.
 * Limits   SITE_FILE_MAX bytes, SITE_SECTIONS_MAX sections, NAME_SET_MAX hosts,
 *          SITE_VALUES_MAX values a host. */
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
	const char *text; /* the value; of a list, one element */
	/* path of the file in the site's directory, such as "hosts" */
	const char *file;
	unsigned line; /* from 1 on */
};

struct site_host {
	const char *name;
	/* the values in force; those of the same key stand next to each other
	 */
	const struct site_value *const *values;
	size_t nvalues;
};

struct site;

/* Callbacks that say which plugins there are, and which settings each has.  If
 * a callback is NULL, the answer is always true. */
struct site_plugins {
	bool (*has)(void *ctx, const char *plugin);
	bool (*has_setting)(void *ctx, const char *plugin, const char *key);
	void *ctx;
};

/* Reads DIR/hosts.  Returns the site; NULL: `errors` says what is wrong. */
struct site *site_load(const char *dir, const struct site_plugins *plugins,
		       struct site_errors *errors);
/* Does what site_load does, but takes the text of the hosts file. */
struct site *site_read(const char *text, size_t len,
		       const struct site_plugins *plugins,
		       struct site_errors *errors);
void site_free(struct site *s);

/* site_names returns the names of the hosts in the order in which the file
 * first names them; site_host_at the host of index i in that order. */
const struct name_set *site_names(const struct site *s);
const struct site_host *site_host_at(const struct site *s, size_t i);
/* Returns the host of that name; NULL: there is none. */
const struct site_host *site_host(const struct site *s, const char *name);
/* Returns the host to which the site gives the card; NULL: there is none. */
const struct site_host *site_host_with_card(const struct site *s,
					    const char *mac);
/* Returns the hosts of a group, or all hosts for "*"; NULL: there is no such
 * group.  This function can be passed as a ranges_group (ranges.h), with the
 * site as its context. */
const struct name_set *site_group(void *site, const char *group,
				  char why[RANGES_WHY]);
/* Adds the hosts that `text` means (ranges.h) to the set `to`.  Returns 0; -1:
 * `why` says what is wrong.  A name that is no host's is an error, and so is a
 * text that means no host. */
int site_hosts_of(const struct site *s, const char *text, struct name_set *to,
		  char why[RANGES_WHY]);

/* Returns the value of a key, or the first element if that is a list; NULL: the
 * key is not set. */
const char *site_get(const struct site_host *h, const char *key);
/* Returns the values of a key, and sets *n to their number. */
const struct site_value *const *site_values(const struct site_host *h,
					    const char *key, size_t *n);
/* Returns true if the list `key` has the element `text`. */
bool site_has(const struct site_host *h, const char *key, const char *text);
/* Returns the value of a plugin's setting; NULL: the site does not set it. */
const char *site_setting(const struct site_host *h, const char *plugin,
			 const char *key);

#endif
