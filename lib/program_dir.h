/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* program_dir: where the program that runs is installed, or was built: its
 * companions are beside it.
 */
#ifndef VF_LIB_PROGRAM_DIR_H
#define VF_LIB_PROGRAM_DIR_H

/* The directory of this program's file, to be freed; NULL and errno. */
char *program_dir(void);

#endif
