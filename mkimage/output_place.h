/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* output_place: makes and fills the directory into which the image and its
 * files are written.
 *
 * All files are made in a working directory within it, and are moved out only
 * when all of them are complete: nobody sees a half-written file, and none is
 * left behind. */
#ifndef VF_MKIMAGE_OUTPUT_PLACE_H
#define VF_MKIMAGE_OUTPUT_PLACE_H

#include <stdbool.h>

struct place {
	const char *dir;
	char *work;
	/* dir was made by place_open(), and no file is kept in it yet */
	bool made;
};

/* Makes dir, unless it exists, and the working directory p->work in it.
 * Returns 0, or -1 with the error logged. */
int place_open(const char *dir, struct place *p);
/* Moves the regular files in p->work to p->dir: at last the file with the name
 * `image`, its manifest and its profile, in this order.  Returns 0, or -1 with
 * the error logged. */
int place_keep(struct place *p, const char *image);
/* Removes the working directory with what is left in it, and dir if
 * place_open() made it and nothing was kept. */
void place_close(struct place *p);

#endif
