/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* late: how long machines take for a stage of their boot, and so which of them
 * are late: those that take three times as long as half of the others.
 *
 * Pure state.  Units: seconds.
 */
#ifndef VF_BOOT_LATE_H
#define VF_BOOT_LATE_H

#include <stdint.h>

#include "boot/machines.h"

#define LATE_SAMPLES 64 /* the last ones, of each stage; chosen: a room */
#define LATE_TIMES 3
#define LATE_LEAST_SAMPLES 3
/* Nobody is late before.  Chosen: a packet that is lost costs some seconds. */
#define LATE_LEAST_S 10
#define LATE_NEVER UINT32_MAX

/* {0} is empty. */
struct late {
	struct {
		uint32_t n; /* samples since the beginning */
		uint32_t took[LATE_SAMPLES];
	} of[STAGE_GONE + 1];
};

/* A machine has got over a stage. */
void late_took(struct late *l, enum stage stage, uint32_t seconds);
/* The time that half of the machines took at most; LATE_NEVER: too few are
 * known. */
uint32_t late_median(const struct late *l, enum stage stage);
/* A machine that takes longer is late; LATE_NEVER: none is, in this stage. */
uint32_t late_limit(const struct late *l, enum stage stage);

#endif
