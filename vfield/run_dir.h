/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* run_dir: a node's run directory, which one supervisor at a time has. */
#ifndef VF_VFIELD_RUN_DIR_H
#define VF_VFIELD_RUN_DIR_H

/* Makes the directory if need be and locks it.  The lock's descriptor, or -1:
 * it has been logged. */
int run_dir_take(const char *dir);
/* Gives it back.  What others left in it stays. */
void run_dir_release(const char *dir, int lock);

/* mkdir -p.  -1, errno. */
int make_directories(const char *path, unsigned mode);

#endif
