/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* crowd: a world whose machines all read the whole image, with settings from
 * the command line. */
#ifndef VF_PERF_WORLD_CROWD_H
#define VF_PERF_WORLD_CROWD_H

/* Sets a setting from a NAME=NUMBER. -1: no setting has the name, or the rest
 * is no number. */
int crowd_set(const char *arg);
/* Prints the names of all settings, with their values. */
void crowd_usage(void);
/* Runs the world that is set. 0: all invariants held; 1: one did not; -1: the
 * settings make no world that can be run. */
int crowd_run(void);

#endif
