/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* router: the state that the router's parts share.
 *
 * One thread, one loop (and the hasher).  A read goes
 *   nbd_server -> reads -> (held) store -> nbd_server
 *                       -> (missing) fetch -> cluster, route -> peer
 *   and back by peer -> fetch -> store -> reads -> nbd_server.
 * An event of the membership goes client -> cluster -> the trees of each
 * image; keeper copies in the background and makes room; join learns images.
 */
#ifndef VF_ROUTER_ROUTER_H
#define VF_ROUTER_ROUTER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/loop.h"
#include "lib/options.h"
#include "membership/client/client.h"
#include "router/image/image.h"
#include "router/nbd/nbd_server.h"
#include "router/peer/peer.h"

struct router_config {
	const char *run_dir;
	const char *store_dir;
	const char *store; /* a size or "all" */
	const char *name;
	const char *advertise;
	struct option_list members, peers, images, manifests, want;
	bool member_socket;
	uint64_t member_port;
	bool direct;
	bool no_fill;
	uint64_t io_timeout_s; /* 0: a read waits for ever */
	uint64_t copies;
	uint64_t window; /* chunks */
	int ready_fd;    /* OPTION_NO_FD: none, or it has been told */
	bool verbose;
};

struct cluster;
struct fetches;
struct reads;
struct keeper;
struct joiner;
struct control;

struct router {
	struct router_config cfg;
	struct loop *loop;
	struct peers *peers;
	struct cluster *cluster;
	struct fetches *fetches;
	struct reads *reads;
	struct keeper *keeper;
	struct joiner *joiner;
	struct control *control;
	struct nbd_server *nbd;
	struct member_client *member;
	struct image *images; /* in the order in which they became known */
	uint64_t budget;      /* bytes of all stores together */
	int64_t started_ns;
	uint64_t seq;           /* of the last view */
	struct proto_word word; /* the newest one: see choice.h */
	struct digest former;   /* what was the default before it was said */
	struct {
		uint64_t store, seed, tree, holder; /* bytes */
		uint64_t fetched, refetched, hedged, hash_failures;
		uint64_t prefetched, filled, evictions, store_errors;
	} count;
};

/* Takes im over: it has become known, which readers and members are told. */
void router_image_added(struct router *r, struct image *im);
/* An image file of this machine, with its manifest; NULL and *why. */
struct image *router_add_file(struct router *r, const char *file,
			      const char *manifest, const char **why);

#endif
