/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* status: the router's knowledge, as JSON (json-c), for the control socket. */
#ifndef VF_ROUTER_STATUS_H
#define VF_ROUTER_STATUS_H

#include <json-c/json.h>

struct router;
struct image;

/* NULL: ENOMEM. */
struct json_object *status_json(struct router *r);
/* The nodes, in short, and which of them are the core. */
struct json_object *status_group_json(struct router *r);
/* The order in which clients have first read the image's chunks. */
struct json_object *status_reads_json(const struct image *im);
/* The default image; NULL: none is known. */
struct json_object *status_default_json(const struct router *r);
/* Describes each node: what it is, which images it has and uses, how much of
 * them it holds, and the default. */
struct json_object *status_nodes_json(struct router *r);
/* Each node's replica of each image, as 64-chunk words. */
struct json_object *status_map_json(struct router *r);

#endif
