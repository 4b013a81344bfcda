/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rumour: remembers which chunks a node holds of an image that is not known
 * here yet.  A node announces each change only once, so the news is kept until
 * the image is known.
 *
 * Each node has a list of rumours, one for each such image.  A list that is all
 * zero is empty.
 */
#ifndef VF_ROUTER_CLUSTER_RUMOUR_H
#define VF_ROUTER_CLUSTER_RUMOUR_H

#include <sys/queue.h>

#include "membership/wire/proto.h"

struct bitmap;
struct heard;
SLIST_HEAD(rumours, rumour);

/* Adds the chunks in h, a frame HOLD, to the rumour of the image that h names.
 * nchunks is the number of the image's chunks, as the node announces it.  If
 * there is no room for a bitmap (heard.h) the news is lost. */
void rumour_hold(struct rumours *list, struct heard *heard,
		 const struct proto_hold *h, uint32_t nchunks);
/* Removes the rumour of that image from the list.  Returns its bitmap, which
 * the caller is to free by heard_free; NULL: there is none. */
struct bitmap *rumour_take(struct rumours *list, const struct digest *image);
void rumour_forget(struct rumours *list, struct heard *heard);

#endif
