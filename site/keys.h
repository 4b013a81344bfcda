/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* keys: names that may stand before `=` in a hosts file, and values behind it.
 *
 * Pure.  Settings of plugins (PLUGIN.KEY) and addresses of roles
 * (role.NAME.address) are keys too.
 */
#ifndef VF_SITE_KEYS_H
#define VF_SITE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

struct site_key {
	const char *name; /* NULL: any setting of a plugin */
	bool list;        /* elements separated by commas or blanks */
	/* Returns whether a value, or an element, is right; it may be written
	 * in one form, for comparison. */
	bool (*ok)(char *text);
	const char *wanted; /* says what is right, behind "should be" */
};

/* Returns the key of that name; for PLUGIN.KEY one without a name.  Returns
 * NULL if there is none. */
const struct site_key *site_key(const char *name);
/* Splits "PLUGIN.KEY" into plugin, a buffer of size bytes, and the key, which
 * is returned.  Returns NULL if the name is no such one. */
const char *site_key_setting(const char *name, char *plugin, size_t size);
/* Returns whether a name may be one of a plugin, a role, a module of the
 * installer, a disk's plan or a setting: a-z0-9 first, then '-' and '_' too, at
 * most 31. */
bool site_word_ok(const char *name);

#endif
