/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* crowd: a world whose machines all read the whole image, with settings from
 * the command line. */
#ifndef VF_PERF_WORLD_CROWD_H
#define VF_PERF_WORLD_CROWD_H

/* Changes the setting that `arg`, NAME=NUMBER, names.  Returns -1 if no setting
 * has the name or what follows it is no number. */
int crowd_set(const char *arg);
/* Prints the names of all settings, with their values. */
void crowd_usage(void);
/* Runs a world with the present settings.  Returns 0 if all invariants held, 1
 * if one did not, -1 if no world can be run with these settings. */
int crowd_run(void);

#endif
