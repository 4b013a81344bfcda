/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copies: prints what a router reports on the copies of an image, as text. */
#ifndef VF_VFIELD_COPIES_H
#define VF_VFIELD_COPIES_H

#include <stdio.h>

struct json_object;

/* Prints on how many nodes each chunk of an image lies at least, and so how
 * many nodes may die at the same time.  If copies are missing, two more lines
 * say how many.  `image` is the image's object in the router's status; each
 * line begins with `margin`.  Prints nothing if no node keeps copies. */
void copies_show(FILE *to, struct json_object *image, const char *margin);

#endif
