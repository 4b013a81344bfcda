/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* keeper: what this node keeps: copies chunks in the background while
 * nobody reads, and makes room when the store is at its budget.
 */
#ifndef VF_ROUTER_WANT_KEEPER_H
#define VF_ROUTER_WANT_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

struct router;
struct image;
struct keeper;

struct keeper *keeper_new(struct router *r);
void keeper_free(struct keeper *k);

/* Bytes kept in the stores of all images. */
uint64_t keeper_used(const struct router *r);
/* Room within the budget for a chunk of im that has come, dropping others if
 * need be; false: what could be dropped must not be.  *passes: it is held
 * until something newer passes (see fill.h). */
bool keeper_admit(struct image *im, uint32_t chunk, bool *passes);
/* How far ahead of a reader chunks may be fetched and still be there for it. */
uint32_t keeper_window(const struct image *im);
/* A chunk could not be stored: for a while nothing is fetched to be kept, and
 * if the medium is full, what it has now is the budget. */
void keeper_put_failed(struct router *r, int error);
/* A chunk has come: another may be fetched in the background. */
void keeper_fetched(struct router *r);

#endif
