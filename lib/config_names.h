/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* config_names: the sections of the configuration file and the settings of
 * each, so that every command finds what is misspelt, also in the sections of
 * others.  tests/cmd-config.sh compares it with the
 * commands' options.
 */
#ifndef VF_LIB_CONFIG_NAMES_H
#define VF_LIB_CONFIG_NAMES_H

#include <stdbool.h>

struct config_section {
	const char *name;
	const char *settings; /* each with a blank behind it */
};

/* All sections, ended by an empty one. */
extern const struct config_section config_sections[];

/* The section of that name, or NULL. */
const struct config_section *config_section(const char *name);
bool config_section_has(const struct config_section *s, const char *setting);
/* True if some section has the setting: it may stand before them all. */
bool config_has(const char *setting);

#endif
