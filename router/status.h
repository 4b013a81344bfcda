/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* status: describes the state of a router as JSON (json-c), for the control
 * socket. */
#ifndef VF_ROUTER_STATUS_H
#define VF_ROUTER_STATUS_H

#include <json-c/json.h>

struct router;
struct image;

/* Returns the state of this node: its images, its store, its peers, and counts
 * of what it did. */
struct json_object *status_json(struct router *r);
/* Returns the trusted key, the signed words in force, and how many words were
 * refused. */
struct json_object *status_authority_json(const struct router *r);
/* Returns the nodes' addresses, and which of the nodes are core nodes. */
struct json_object *status_group_json(struct router *r);
/* Returns the image's chunks in the order in which clients have first read
 * them. */
struct json_object *status_reads_json(const struct image *im);
/* Returns an object that names the default image; NULL: none is known. */
struct json_object *status_default_json(const struct router *r);
/* Returns, for each node, what the node is, which images it has and uses, and
 * how much of them it holds; and which image is the default one. */
struct json_object *status_nodes_json(struct router *r);
/* Returns the roles that each node says it holds or could hold (proto_roles.h),
 * the place of its boot service in the turn queue, and whether the membership
 * may lack nodes. */
struct json_object *status_roles_json(struct router *r);
/* Returns, for each image and node, which chunks the node holds, as 64-bit
 * words with a bit for each chunk.
 */
struct json_object *status_map_json(struct router *r);

#endif
