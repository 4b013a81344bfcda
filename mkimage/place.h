/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* place: where the output goes.
 *
 * All is made in a directory within it, and gets its name in it only when all
 * is well: nothing half-written is ever seen, and nothing is left of it. */
#ifndef VF_MKIMAGE_PLACE_H
#define VF_MKIMAGE_PLACE_H

#include <stdbool.h>

struct place {
	const char *dir;
	char *work;
	bool made; /* dir was not there */
};

/* Makes both.  -1: logged. */
int place_open(const char *dir, struct place *p);
/* Everything in work moves to dir but what is a directory; NAME, then
 * NAME.vfm, last.  -1: logged. */
int place_keep(struct place *p, const char *image);
/* Removes what has not been kept. */
void place_close(struct place *p);

#endif
