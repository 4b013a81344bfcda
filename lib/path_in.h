/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* path_in: makes the path of a file in a directory. */
#ifndef VF_LIB_PATH_IN_H
#define VF_LIB_PATH_IN_H

/* Returns "DIR/NAME", which the caller frees.  A lack of memory ends the
 * process. */
char *path_in(const char *dir, const char *name);

#endif
