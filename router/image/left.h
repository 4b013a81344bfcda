/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* left: keeps a list of left stores.  A store in the store directory is left
 * (behind) if an earlier run of the router made it and this run does not know
 * its image.  Left stores count against the budget, since they take room; they
 * are removed, the oldest first, before any chunk of a known image is dropped.
 *
 * Limits   at most LEFT_MAX left stores are listed; a later run finds the
 *          others.
 */
#ifndef VF_ROUTER_IMAGE_LEFT_H
#define VF_ROUTER_IMAGE_LEFT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/loop.h"

struct images;
struct left;

/* Makes a list of the left stores in store_dir, as they are now.  All arguments
 * must stay valid until left_free.  Returns NULL on ENOMEM. */
struct left *left_new(struct loop *l, const char *store_dir,
		      const struct images *images);
void left_free(struct left *l);

/* Returns how many bytes the stores of the list take. */
uint64_t left_bytes(const struct left *l);
/* Removes a part of the oldest left store.  Unless `urgent` is true, removes
 * nothing in the first seconds of a run, since an image of the cluster may not
 * be known yet.  Returns false if nothing is left that may be removed. */
bool left_drop(struct left *l, bool urgent);

#endif
