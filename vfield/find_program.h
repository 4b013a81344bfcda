/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* find_program: finds programs of others, and nbdkit's plugin. */
#ifndef VF_VFIELD_FIND_PROGRAM_H
#define VF_VFIELD_FIND_PROGRAM_H

/* Returns the path of the program `name`, by PATH, for free(); NULL: there is
 * none. */
char *find_program(const char *name);
/* Returns the path of nbdkit's plugin, in the place where it is installed or
 * was built, for free(); NULL: there is none.  bin is the directory of vfield.
 */
char *find_plugin(const char *bin);

#endif
