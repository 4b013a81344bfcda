/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* remove_tree: removes a file, or a directory and all that is in it. */
#ifndef VF_LIB_REMOVE_TREE_H
#define VF_LIB_REMOVE_TREE_H

/* Removes dir, as far as it can be removed.  Follows no symbolic link and
 * leaves other file systems alone. */
void remove_tree(const char *dir);

#endif
