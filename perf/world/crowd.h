/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* crowd: machines that read the whole image, with what one sets by hand. */
#ifndef VF_PERF_WORLD_CROWD_H
#define VF_PERF_WORLD_CROWD_H

/* NAME=NUMBER.  -1: there is no such name, or that is no number. */
int crowd_set(const char *arg);
/* Prints all names, with what they are set to. */
void crowd_usage(void);
/* 0; 1: something did not hold; -1: it cannot be run so. */
int crowd_run(void);

#endif
