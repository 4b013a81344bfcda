/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copies: prints what a router reports on the copies of an image, as text. */
#ifndef VF_VFIELD_COPIES_H
#define VF_VFIELD_COPIES_H

#include <stdio.h>

struct json_object;

/* Prints on how many nodes every chunk lies and how many nodes may die at one
 * moment; if copies are missing, also which, in two more lines.  `image` is an
 * image of the router's answer; `margin` begins each line.  Prints nothing if
 * no node keeps copies. */
void copies_show(FILE *to, struct json_object *image, const char *margin);

#endif
