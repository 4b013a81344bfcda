/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* config_names: which sections the configuration file may have, and which
 * settings each of them, so that a command finds also what is misspelt where it
 * is not the one that is meant.  tests/cmd-config.sh compares it with the
 * commands' options.
 */
#ifndef VF_LIB_CONFIG_NAMES_H
#define VF_LIB_CONFIG_NAMES_H

#include <stdbool.h>

struct config_section {
	const char *name;
	const char *settings; /* each with a blank behind it */
};

/* Ended by an empty one. */
extern const struct config_section config_sections[];

/* NULL: there is none of that name. */
const struct config_section *config_section(const char *name);
bool config_section_has(const struct config_section *s, const char *setting);
/* Some section has it, so that it may stand before them all. */
bool config_has(const char *setting);

#endif
