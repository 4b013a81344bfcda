/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* kept: opens again, from the store of an earlier run, the images that signed
 * words name.  So the default image, the site and the lists of jobs come back
 * after all machines were off, even if no machine has their files.
 *
 * An image is opened only after another image has become known, since the first
 * image of a node is its default as long as there is no word.
 */
#ifndef VF_ROUTER_KEPT_H
#define VF_ROUTER_KEPT_H

#include "lib/loop.h"

struct router;

struct kept {
	struct router *r;
	struct loop_timer timer;
};

void kept_init(struct kept *k, struct router *r);
void kept_stop(struct kept *k);
/* Makes this module look through the store soon.  Must be called when an image
 * or a signed word has become known. */
void kept_look(struct kept *k);

#endif
