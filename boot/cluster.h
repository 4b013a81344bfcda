/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* cluster: the boot service's view of the cluster, from its node's member: the
 * nodes, the default image, the queue for answering DHCP, and the leases that
 * other boot services have given.
 */
#ifndef VF_BOOT_CLUSTER_H
#define VF_BOOT_CLUSTER_H

#include "lib/loop.h"
#include "membership/wire/proto.h"

#define NODES_MAX 4096

struct cluster;

struct boot_node {
	struct node_id id;
	uint32_t ip;
	bool core;  /* runs a member */
	bool boots; /* a boot service there is ready */
};

enum turn {
	TURN_UNKNOWN, /* no member answers, or one that has lost its group */
	TURN_OURS,
	TURN_OTHERS,
};

struct cluster_ops {
	void (*node)(void *ctx, const struct boot_node *n);
	void (*gone)(void *ctx, const struct boot_node *n);
	/* The view is complete with what was reported up to here. */
	void (*view)(void *ctx);
	void (*lease)(void *ctx, const struct proto_lease *l);
};

/* The member does not say where this node is: own_ip does. */
struct cluster *cluster_new(struct loop *l, const char *run_dir,
			    uint32_t own_ip, const struct cluster_ops *ops,
			    void *ctx);
void cluster_free(struct cluster *c);

/* The default image, as this node has it; NULL: not known yet. */
const struct proto_image *cluster_image(const struct cluster *c);
/* Addresses of live nodes, as peers for a machine: core nodes first, this one
 * first of all; cluster_boots: those whose boot service is ready.  Return their
 * number. */
size_t cluster_peers(const struct cluster *c, uint32_t *to, size_t max);
size_t cluster_boots(const struct cluster *c, uint32_t *to, size_t max);
const struct boot_node *cluster_by_ip(const struct cluster *c, uint32_t ip);
size_t cluster_count(const struct cluster *c);
const struct boot_node *cluster_at(const struct cluster *c, size_t i);

/* Tells the group whether this boot service is ready. */
void cluster_ready(struct cluster *c, bool ready);
enum turn cluster_turn(const struct cluster *c);
/* The node that answers DHCP; NULL: not known. */
const struct boot_node *cluster_first(const struct cluster *c);
void cluster_lease(struct cluster *c, const struct proto_lease *l);

#endif
