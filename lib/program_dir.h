/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* program_dir: finds the directory of the running program, in which the
 * programs that it starts lie too.
 */
#ifndef VF_LIB_PROGRAM_DIR_H
#define VF_LIB_PROGRAM_DIR_H

/* Returns the directory of this program's file, which the caller frees.
 * Returns NULL and sets errno on failure. */
char *program_dir(void);

#endif
