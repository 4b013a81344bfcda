/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/config_names.h"

#include <stddef.h>
#include <string.h>

#define NODE                                                                   \
	"image peer name listen advertise run-dir store store-dir copies "     \
	"window io-timeout direct no-fill membership member-port core boot "   \
	"boot-option agent agent-option member cluster-key trust words "       \
	"verbose "

const struct config_section config_sections[] = {
    {"serve", NODE},
    {"join", NODE},
    {"status", "run-dir json watch interval image-id site-id word check "},
    {"map", "image run-dir json ascii watch interval site "},
    {"node", "run-dir json site "},
    {"image", "run-dir "},
    {"copy",
     "run-dir rsh by-address force wipe keep late silence site log json job "
     "cancel hours key state "},
    {"agent", "run-dir root host mac plugins wait-root verbose "},
    {"fetch", "run-dir force wipe mode wait silence word json ordered "},
    {"key", "run-dir key print signed "},
    {"install", "wipe hours cancel yes key state run-dir "},
    {"repair", "hours cancel yes key state run-dir "},
    {"role", "run-dir key json "},
    {"boot",
     "interface range proxy bootp gateway dns domain names machines files "
     "append admit admitted cluster-key http-port state run-dir "
     "verbose "},
    {0},
};

const struct config_section *
config_section(const char *name)
{
	for (const struct config_section *s = config_sections; s->name != NULL;
	     s++)
		if (strcmp(s->name, name) == 0)
			return s;
	return NULL;
}

bool
config_section_has(const struct config_section *s, const char *setting)
{
	size_t len = strlen(setting);

	if (len == 0 || strchr(setting, ' ') != NULL)
		return false;
	for (const char *p = s->settings; *p != '\0'; p = strchr(p, ' ') + 1)
		if (strncmp(p, setting, len) == 0 && p[len] == ' ')
			return true;
	return false;
}

bool
config_has(const char *setting)
{
	for (const struct config_section *s = config_sections; s->name != NULL;
	     s++)
		if (config_section_has(s, setting))
			return true;
	return false;
}
