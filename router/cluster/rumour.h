/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rumour: chunks that a node said that it holds of images not known here
 * yet.  A node says each thing once, so it is kept until the image is known.
 *
 * A list a node; zeros are an empty one.
 */
#ifndef VF_ROUTER_CLUSTER_RUMOUR_H
#define VF_ROUTER_CLUSTER_RUMOUR_H

#include <sys/queue.h>

#include "membership/wire/proto.h"

struct bitmap;
struct heard;
SLIST_HEAD(rumours, rumour);

/* nchunks: the image's, as the node describes it.  Without room (heard.h) the
 * rumour is forgotten. */
void rumour_hold(struct rumours *list, struct heard *heard,
		 const struct proto_hold *h, uint32_t nchunks);
/* The chunks that were heard of that image, now the caller's; NULL: none. */
struct bitmap *rumour_take(struct rumours *list, const struct digest *image);
void rumour_forget(struct rumours *list, struct heard *heard);

#endif
