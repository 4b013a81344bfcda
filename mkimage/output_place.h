/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* output_place: the directory of the output.
 *
 * All files are made in a directory within the place, and get their names in it
 * only when all is well: nothing half-written is ever seen, or left. */
#ifndef VF_MKIMAGE_OUTPUT_PLACE_H
#define VF_MKIMAGE_OUTPUT_PLACE_H

#include <stdbool.h>

struct place {
	const char *dir;
	char *work;
	bool made; /* dir was not there before */
};

/* Makes dir, unless it is there, and work.  -1: logged. */
int place_open(const char *dir, struct place *p);
/* Moves all files of work, but no directories, to dir; the image, then its
 * manifest, last.  -1: logged. */
int place_keep(struct place *p, const char *image);
/* Removes all that has not been kept. */
void place_close(struct place *p);

#endif
