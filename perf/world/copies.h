/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copies: machines whose stores hold parts of an image that nobody reads. */
#ifndef VF_PERF_WORLD_COPIES_H
#define VF_PERF_WORLD_COPIES_H

#include "lib/manifest.h"

/* Machine 0 has the image as a file.  All run but the last, which begins when
 * the others have come to rest; after that machine 1 dies.  Prints a row an
 * event: seconds until the last change, room in images, the least, mean and
 * most copies of a chunk, their standard deviation, images that were copied. */
void copies_run(const struct manifest *image);

#endif
