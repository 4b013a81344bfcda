/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* late: finds the machines that are late.  A machine is late if it has spent
 * more than three times as long in a stage of its boot as the median machine
 * did.
 *
 * Pure state.  Units: seconds.
 */
#ifndef VF_BOOT_LATE_H
#define VF_BOOT_LATE_H

#include <stdint.h>

#include "boot/machines.h"

/* how many durations are kept for each stage; arbitrary */
#define LATE_SAMPLES 64
#define LATE_TIMES 3
#define LATE_LEAST_SAMPLES 3
/* No machine is late before it has spent so many seconds in a stage.
 * Arbitrary: one lost packet costs some seconds. */
#define LATE_LEAST_S 10
#define LATE_NEVER UINT32_MAX

/* For each stage the last LATE_SAMPLES durations, in seconds, for which
 * machines stayed in that stage; {0}: none yet. */
struct late {
	struct {
		uint32_t n; /* how many durations were added so far */
		uint32_t took[LATE_SAMPLES];
	} of[STAGE_GONE + 1];
};

/* Adds the duration for which a machine has been in a stage, after the stage is
 * over. */
void late_took(struct late *l, enum stage stage, uint32_t seconds);
/* Returns the median of the durations kept for a stage, in seconds; LATE_NEVER:
 * fewer than LATE_LEAST_SAMPLES are known. */
uint32_t late_median(const struct late *l, enum stage stage);
/* Returns after how many seconds in a stage a machine is late; LATE_NEVER: no
 * machine is late in this stage. */
uint32_t late_limit(const struct late *l, enum stage stage);

#endif
