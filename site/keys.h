/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* keys: lists the keys, which stand before `=` in a hosts file, and checks the
 * values after it.
 *
 * Pure.  Settings of plugins (PLUGIN.KEY) and addresses of roles
 * (role.NAME.address) are keys, too. */
#ifndef VF_SITE_KEYS_H
#define VF_SITE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

struct site_key {
	/* NULL: this struct stands for all settings of plugins */
	const char *name;
	/* the value is a list of elements, separated by commas or blanks */
	bool list;
	/* Returns true if a value, or an element of a list, is right; may
	 * rewrite it in its usual form, so that equal values have equal texts.
	 */
	bool (*ok)(char *text);
	/* text after "should be" in the error message about a wrong value */
	const char *wanted;
};

/* Returns the key of that name.  Settings of plugins (PLUGIN.KEY) all have the
 * same key, whose name is NULL.  Returns NULL if there is no such key. */
const struct site_key *site_key(const char *name);
/* Splits "PLUGIN.KEY": copies PLUGIN to the buffer `plugin` of `size` bytes,
 * and returns KEY.  Returns NULL if the name has another form. */
const char *site_key_setting(const char *name, char *plugin, size_t size);
/* Returns true if the name can be that of a plugin, a role, a module of the
 * installer, a disk layout or a setting: it begins with a-z or 0-9, may also
 * have '-' and '_', and has at most 31 bytes. */
bool site_word_ok(const char *name);

/* Returns whether name is "role.NAME.address". */
bool site_key_is_role_address(const char *name);

#endif
