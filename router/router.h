/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* router: the layers of a node, made one on the other and wired.
 *
 * One thread, one loop (and the hasher).  A read goes down
 *   nbd_server -> want -> (held) image -> nbd_server
 *                      -> (missing) fetch -> cluster, policy -> peer
 * and what comes back goes up by callbacks, which are all in router.c:
 *   peer -> fetch -> image, then the waits of want -> nbd_server.
 * An event of the membership goes client -> cluster -> the routes of each
 * image; keeper copies in the background and makes room; join learns images.
 *
 * A folder knows those below alone: policy, image, peer, cluster, fetch, want.
 */
#ifndef VF_ROUTER_ROUTER_H
#define VF_ROUTER_ROUTER_H

#include <stdbool.h>
#include <stdint.h>

#include "authority/key.h"
#include "lib/loop.h"
#include "lib/options.h"
#include "membership/client/client.h"
#include "router/leave.h"
#include "router/nbd/nbd_server.h"
#include "router/want/nbd_backend.h"
#include "router/want/limits.h"

struct router_config {
	const char *run_dir;
	const char *store_dir;
	struct option_list peers, members, want;
	struct limits limits;
	const struct key_public *trust; /* NULL: no key is */
	const char *words;              /* a file of signed words, or NULL */
	int ready_fd; /* OPTION_NO_FD: none, or it has been told */
};

struct router {
	struct router_config cfg;
	struct loop *loop;
	struct member_client *member;
	struct images *images;
	struct left *left;
	struct peers *peers;
	struct nodes *nodes;
	struct authority *authority;
	struct choice *choice;
	struct announce *announce;
	struct cluster *cluster;
	struct fetches *fetches;
	struct keeper *keeper;
	struct reads *reads;
	struct replays *replays;
	struct backend backend;
	struct nbd_server *nbd;
	struct joiner *joiner; /* NULL until router_join */
	struct leave leave;
	int64_t started_ns;
};

/* Callbacks by which a member client tells its router; their context is the
 * router. */
extern const struct member_client_ops router_member_ops;

/* Makes all layers, with cfg, loop and member in place.  socket: where the NBD
 * server listens, or NULL.  -1, errno and *what. */
int router_start(struct router *r, const struct proto_node *self,
		 const char *socket, const char **what);
/* Learns the cluster and its images from cfg.peers.  -1: ENOMEM. */
int router_join(struct router *r);
/* A signed word was taken. */
void router_words(struct router *r);
/* Takes down all but the loop, which has ended.  Chunks that have arrived are
 * kept. */
void router_stop(struct router *r);

/* An image file of this machine, with its manifest; NULL and *why. */
struct image *router_add_file(struct router *r, const char *file,
			      const char *manifest, const char **why);

#endif
