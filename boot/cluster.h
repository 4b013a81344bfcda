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

struct nodes;

struct boot_node {
	struct node_id id;
	uint32_t ip;
	bool core;  /* runs a member */
	bool boots; /* has a boot service that is ready */
};

enum turn {
	TURN_UNKNOWN, /* no member answers, or one that has lost its group */
	TURN_OURS,
	TURN_OTHERS,
};

struct nodes_ops {
	void (*node)(void *ctx, const struct boot_node *n);
	void (*gone)(void *ctx, const struct boot_node *n);
	/* The view is complete with what was reported up to here. */
	void (*view)(void *ctx);
	void (*lease)(void *ctx, const struct proto_lease *l);
};

/* The member does not say where this node is: own_ip does. */
struct nodes *nodes_new(struct loop *l, const char *run_dir, uint32_t own_ip,
			const struct nodes_ops *ops, void *ctx);
void nodes_free(struct nodes *c);

/* The default image, as this node has it; NULL: not known yet. */
const struct proto_image *nodes_image(const struct nodes *c);
/* Addresses of live nodes, as peers for a machine: core nodes first, this one
 * first of all; nodes_boots: those whose boot service is ready.  Return their
 * number. */
size_t nodes_peers(const struct nodes *c, uint32_t *to, size_t max);
size_t nodes_boots(const struct nodes *c, uint32_t *to, size_t max);
const struct boot_node *nodes_by_ip(const struct nodes *c, uint32_t ip);
size_t nodes_count(const struct nodes *c);
const struct boot_node *nodes_at(const struct nodes *c, size_t i);

/* Tells the group whether this boot service is ready. */
void nodes_ready(struct nodes *c, bool ready);
enum turn nodes_turn(const struct nodes *c);
/* The node that answers DHCP; NULL: not known. */
const struct boot_node *nodes_first(const struct nodes *c);
void nodes_lease(struct nodes *c, const struct proto_lease *l);

#endif
