/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copies: measures how machines whose stores are smaller than an image spread
 * its copies, while nobody reads. */
#ifndef VF_PERF_WORLD_COPIES_H
#define VF_PERF_WORLD_COPIES_H

#include "lib/manifest.h"

/* Runs three events, each until nothing changes any more: all machines but the
 * last have booted (the caller boots them), the last boots, machine 1 dies.
 * Machine 0 has the image as a file from the beginning.  Prints a row for each
 * event: its name; the seconds until the last change; the room of all machines,
 * in images; the least, mean and greatest number of copies of a chunk, and
 * their standard deviation; and how much was copied, in images. */
void copies_run(const struct manifest *image);

#endif
