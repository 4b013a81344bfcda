/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* known: the nodes that a client has reported, so that after a change of
 * member it can tell which of them the new one does not have.
 */
#ifndef VF_MEMBERSHIP_CLIENT_KNOWN_H
#define VF_MEMBERSHIP_CLIENT_KNOWN_H

#include "membership/wire/proto.h"

struct known;

struct known *known_new(uint32_t max);
void known_free(struct known *k);

/* A whole view follows: nothing of it has been seen. */
void known_begin(struct known *k);
/* Seen.  -1, ENOSPC: too many. */
int known_add(struct known *k, const struct node_id *id);
bool known_has(const struct known *k, const struct node_id *id);
bool known_remove(struct known *k, const struct node_id *id);
/* Removes those not seen since known_begin, and says which; their number. */
uint32_t known_retire(struct known *k,
		      void (*gone)(void *ctx, const struct node_id *id),
		      void *ctx);

#endif
