/* cluster: what the boot service knows from its node's member: the nodes,
 * which image machines boot, whose turn it is to answer DHCP, and the leases
 * that other boot services have given.
 */
#ifndef VF_PLUGINS_BOOT_CLUSTER_H
#define VF_PLUGINS_BOOT_CLUSTER_H

#include "lib/loop.h"
#include "membership/proto.h"

#define CLUSTER_NODES_MAX 4096

struct cluster;

struct cluster_node {
	struct node_id id;
	uint32_t ip;
	bool core;  /* runs a member */
	bool boots; /* its boot service is ready */
};

enum cluster_turn {
	TURN_UNKNOWN, /* no member answers, or one that has lost its group */
	TURN_OURS,
	TURN_OTHERS,
};

struct cluster_ops {
	void (*node)(void *ctx, const struct cluster_node *n);
	void (*gone)(void *ctx, const struct cluster_node *n);
	/* All that was said up to here is one view. */
	void (*view)(void *ctx);
	void (*lease)(void *ctx, const struct proto_lease *l);
};

/* own_ip: where this node is, since its member does not say. */
struct cluster *cluster_new(struct loop *l, const char *run_dir,
			    uint32_t own_ip, const struct cluster_ops *ops,
			    void *ctx);
void cluster_free(struct cluster *c);

/* The default image, as this node has it; NULL: not known yet. */
const struct proto_image *cluster_image(const struct cluster *c);
/* Whoever lives, for somebody who wants peers: core nodes first, this one
 * first of all; or those whose boot service is ready.  Their number. */
size_t cluster_peers(const struct cluster *c, uint32_t *to, size_t max);
size_t cluster_boots(const struct cluster *c, uint32_t *to, size_t max);
const struct cluster_node *cluster_by_ip(const struct cluster *c, uint32_t ip);
size_t cluster_count(const struct cluster *c);
const struct cluster_node *cluster_at(const struct cluster *c, size_t i);

/* This boot service is ready, or is so no longer. */
void cluster_ready(struct cluster *c, bool ready);
enum cluster_turn cluster_turn(const struct cluster *c);
/* Who answers, if another one does; NULL: not known. */
const struct cluster_node *cluster_first(const struct cluster *c);
void cluster_lease(struct cluster *c, const struct proto_lease *l);

#endif
