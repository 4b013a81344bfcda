/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* crowd: runs a world whose machines all read the whole image, with settings
 * from the command line. */
#ifndef VF_PERF_WORLD_CROWD_H
#define VF_PERF_WORLD_CROWD_H

/* Changes a setting as `arg`, NAME=NUMBER, says.  Returns 0; or -1 if there is
 * no such setting, or no number follows. */
int crowd_set(const char *arg);
/* Prints the names of all settings, with their values. */
void crowd_usage(void);
/* Runs a world with the present settings.  Returns 0 if all invariants held, 1
 * if one was broken, -1 if no world can be made with these settings. */
int crowd_run(void);

#endif
