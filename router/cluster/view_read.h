/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* view_read: reads what a peer has sent as its export /view (announce.h). */
#ifndef VF_ROUTER_CLUSTER_VIEW_READ_H
#define VF_ROUTER_CLUSTER_VIEW_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "membership/wire/proto.h"

struct view_read_ops {
	void (*node)(void *ctx, struct proto_node *n);
	/* Called with the bytes of a signed word; for WORDS_MAX words at most,
	 * since a peer keeps no more, and each costs a verification. */
	void (*word)(void *ctx, const uint8_t *word, size_t len);
};

/* Calls the functions of ops for what is in the bytes.  Returns true if all of
 * them were frames.  If the peer speaks no version of the protocol that this
 * node speaks, returns false and sets *version to the peer's; else sets it to
 * 0. */
bool view_read(const uint8_t *data, size_t len, const struct view_read_ops *ops,
	       void *ctx, uint32_t *version);

#endif
