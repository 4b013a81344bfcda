/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* cluster: keeps what the member of this node reports about the cluster: the
 * nodes, the default image, the queue that decides whose boot service answers
 * DHCP (membership/client/turn_queue.h), and the leases that other boot
 * services have given. */
#ifndef VF_BOOT_CLUSTER_H
#define VF_BOOT_CLUSTER_H

#include "lib/loop.h"
#include "membership/wire/proto.h"

#define NODES_MAX 4096

struct cluster;
struct rights;

struct boot_node {
	struct node_id id;
	uint32_t ip;
	bool core;  /* the node runs a member */
	bool boots; /* the boot service on the node is ready */
	uint8_t nimages;
	struct digest images[PROTO_IMAGES_MAX]; /* ids of its images */
};

enum turn {
	/* No member answers, or the member has lost its group, or no node is in
	 * the turn queue. */
	TURN_UNKNOWN,
	TURN_OURS,
	TURN_OTHERS,
};

struct cluster_ops {
	void (*node)(void *ctx, const struct boot_node *n);
	void (*gone)(void *ctx, const struct boot_node *n);
	/* Called after `node` has been called for every node of a view. */
	void (*view)(void *ctx);
	void (*lease)(void *ctx, const struct proto_lease *l);
	/* Called when a member has sent a signed word, on any subject; nobody
	 * has checked the word's signature. */
	void (*word)(void *ctx);
};

/* Connects by r to the member of the node that runs in run_dir.  own_ip is this
 * node's address, which the member does not report.  ops and r must
 * outlive the result.  Returns NULL and sets errno on failure. */
struct cluster *cluster_new(struct loop *l, const char *run_dir,
			    const struct rights *r, uint32_t own_ip,
			    const struct cluster_ops *ops, void *ctx);
void cluster_free(struct cluster *c);

/* Returns the default image as this node announces it; NULL: this node does not
 * know it yet. */
const struct proto_image *cluster_image(const struct cluster *c);
/* Write addresses of live nodes to `to`, at most max, and return how many.  The
 * first address is always this node's.  cluster_peers writes those of all
 * nodes, core nodes before others; a machine that boots gets them as its peers.
 * cluster_boots writes those of the nodes whose boot service is ready. */
size_t cluster_peers(const struct cluster *c, uint32_t *to, size_t max);
size_t cluster_boots(const struct cluster *c, uint32_t *to, size_t max);
/* Returns true if a live node has at least a part of the image. */
bool cluster_has_image(const struct cluster *c, const struct digest *id);
const struct boot_node *cluster_by_ip(const struct cluster *c, uint32_t ip);
size_t cluster_count(const struct cluster *c);
const struct boot_node *cluster_at(const struct cluster *c, size_t i);

/* Tells the group whether this boot service is ready. */
void cluster_ready(struct cluster *c, bool ready);
enum turn cluster_turn(const struct cluster *c);
/* Returns the node whose turn it is to answer DHCP; NULL: no node is known to
 * have the turn. */
const struct boot_node *cluster_first(const struct cluster *c);
void cluster_lease(struct cluster *c, const struct proto_lease *l);

#endif
