/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copies: a router's report of an image's copies, in words. */
#ifndef VF_VFIELD_COPIES_H
#define VF_VFIELD_COPIES_H

#include <stdio.h>

struct json_object;

/* A line or two, each after `margin`: on how many nodes every chunk lies, how
 * many may die at one moment, and what is still to be copied.  Nothing where no
 * node keeps any. */
void copies_show(FILE *to, struct json_object *image, const char *margin);

#endif
