/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* config_edit: changes one setting in the part of a configuration file that all
 * commands read; the rest of the file stays as it is. */
#ifndef VF_VFIELD_CONFIG_EDIT_H
#define VF_VFIELD_CONFIG_EDIT_H

/* Writes "name = value" as the file's first line, and removes the other lines
 * before the first section ("[...]") that set `name`.  Makes the file if there
 * is none.  Returns 0, or -1 and errno. */
int config_edit_set(const char *path, const char *name, const char *value);

#endif
