/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* remove_tree: removes a directory and all that is in it. */
#ifndef VF_LIB_REMOVE_TREE_H
#define VF_LIB_REMOVE_TREE_H

/* Follows no symbolic link and leaves other file systems alone.  What cannot
 * be removed stays. */
void remove_tree(const char *dir);

#endif
