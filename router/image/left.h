/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* left: images that an earlier run left in the store's directory, and that this
 * one does not have.  They count as kept, since they take room, and go before
 * any chunk of an image that is here, the oldest first.
 *
 * Limits   LEFT_MAX of them are known; more are found by a later run.
 */
#ifndef VF_ROUTER_IMAGE_LEFT_H
#define VF_ROUTER_IMAGE_LEFT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/loop.h"

struct images;
struct left;

/* Looks at the directory, once.  NULL: ENOMEM.  Keeps what it is given. */
struct left *left_new(struct loop *l, const char *store_dir,
		      const struct images *images);
void left_free(struct left *l);

/* Bytes that they take. */
uint64_t left_bytes(const struct left *l);
/* Frees some, but not in the first seconds, in which images are still heard
 * of, unless it is urgent.  False: there was nothing to free. */
bool left_drop(struct left *l, bool urgent);

#endif
