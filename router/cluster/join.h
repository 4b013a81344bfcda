/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* join: how a node that starts with nothing, or with less than the others,
 * learns: the cluster from any peer's /view, and each image that a node
 * announces by its manifest, which is checked against the image's id.
 */
#ifndef VF_ROUTER_CLUSTER_JOIN_H
#define VF_ROUTER_CLUSTER_JOIN_H

struct router;
struct joiner;

struct joiner *joiner_new(struct router *r);
void joiner_free(struct joiner *j);

#endif
