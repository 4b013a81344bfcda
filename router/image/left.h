/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* left: stores of images that this run of the router does not know, left in the
 * store directory by an earlier run.  They count against the budget, since they
 * take room, and are removed before any chunk of a known image is dropped, the
 * oldest first.
 *
 * Limits   LEFT_MAX such stores are known; a later run finds the others.
 */
#ifndef VF_ROUTER_IMAGE_LEFT_H
#define VF_ROUTER_IMAGE_LEFT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/loop.h"

struct images;
struct left;

/* Lists the stores in store_dir, once.  All arguments must stay valid until
 * left_free.  Returns NULL on ENOMEM. */
struct left *left_new(struct loop *l, const char *store_dir,
		      const struct images *images);
void left_free(struct left *l);

/* Returns how many bytes the left stores take. */
uint64_t left_bytes(const struct left *l);
/* Frees some bytes of the oldest left store.  Unless `urgent' is set, nothing
 * is freed in the first seconds of a run, while the cluster's images are still
 * becoming known.  Returns false if nothing may be freed. */
bool left_drop(struct left *l, bool urgent);

#endif
