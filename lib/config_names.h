/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* config_names: lists the sections of the configuration file and the settings
 * of each.  By that list every command can report a misspelt name, even in the
 * section of another command.  tests/cmd-config.sh compares this table with the
 * commands' options.
 */
#ifndef VF_LIB_CONFIG_NAMES_H
#define VF_LIB_CONFIG_NAMES_H

#include <stdbool.h>

struct config_section {
	const char *name;
	/* names of the section's settings, each followed by a blank */
	const char *settings;
};

/* All sections; the last entry has no name. */
extern const struct config_section config_sections[];

/* Returns the section of that name, or NULL. */
const struct config_section *config_section(const char *name);
bool config_section_has(const struct config_section *s, const char *setting);
/* Returns true if any section has the setting.  Such a setting may also stand
 * in the file before the first section. */
bool config_has(const char *setting);

#endif
