/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* status: the state of a router as JSON (json-c), for the control socket. */
#ifndef VF_ROUTER_STATUS_H
#define VF_ROUTER_STATUS_H

#include <json-c/json.h>

struct router;
struct image;

/* Returns the state of this node: its images, store, peers and counts. */
struct json_object *status_json(struct router *r);
/* Returns the nodes' addresses, and which of the nodes are core nodes. */
struct json_object *status_group_json(struct router *r);
/* Returns the image's chunks in the order in which clients have first read
 * them. */
struct json_object *status_reads_json(const struct image *im);
/* Returns which image is the default one; NULL: none is known. */
struct json_object *status_default_json(const struct router *r);
/* Returns, for each node, what the node is, which images it has and uses, and
 * how much of them it holds; and which image is the default one. */
struct json_object *status_nodes_json(struct router *r);
/* Returns, for each image, which chunks each node holds, as words of 64 chunks.
 */
struct json_object *status_map_json(struct router *r);

#endif
