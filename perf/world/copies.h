/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copies: machines whose stores hold parts of an image that nobody reads. */
#ifndef VF_PERF_WORLD_COPIES_H
#define VF_PERF_WORLD_COPIES_H

#include "lib/manifest.h"

/* Runs three events, each until nothing changes any more: all machines but the
 * last have booted (the caller boots them), the last boots, machine 1 dies.
 * Machine 0 has the image as a file from the beginning.  Prints a row for each
 * event: its name, seconds until the last change, room in images, the least,
 * mean and most copies of a chunk, their standard deviation, and images that
 * were copied. */
void copies_run(const struct manifest *image);

#endif
