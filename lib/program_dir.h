/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* program_dir: the directory in which the running program is installed or was
 * built, and in which the programs that it starts are too.
 */
#ifndef VF_LIB_PROGRAM_DIR_H
#define VF_LIB_PROGRAM_DIR_H

/* Returns the directory of this program's file, which the caller frees.
 * Returns NULL and sets errno on failure. */
char *program_dir(void);

#endif
