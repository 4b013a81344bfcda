/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* config_edit: a setting for all commands is changed in a configuration file,
 * which stays as it is otherwise.
 */
#ifndef VF_VFIELD_CONFIG_EDIT_H
#define VF_VFIELD_CONFIG_EDIT_H

/* Lines before the first section that set `name` go, and one comes to the top.
 * A file that is not there is made.  -1 and errno. */
int config_edit_set(const char *path, const char *name, const char *value);

#endif
