/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* router: makes the layers of a router, one on the other, and connects them.
 *
 * All layers run in one loop.  The only other threads are that of the hasher
 * (fetch/hasher.h) and those that read disks (fetch/disk.h).  A read goes
 * down
 *   nbd_server -> want -> (held) image -> nbd_server
 *                      -> (missing) fetch -> cluster, policy -> peer
 * and the chunk that arrives goes up by callbacks, which are all in router.c:
 *   peer -> fetch -> image, then the waits of want -> nbd_server.
 * An event of the membership goes client -> cluster -> the routes of each
 * image.  The keeper fills the store in the background and makes room in it;
 * the joiner learns which images there are.
 *
 * Of the folders policy, image, peer, cluster, fetch, want each includes only
 * those before it in this list.
 */
#ifndef VF_ROUTER_ROUTER_H
#define VF_ROUTER_ROUTER_H

#include <stdbool.h>
#include <stdint.h>

#include "authority/key.h"
#include "lib/loop.h"
#include "lib/options.h"
#include "membership/client/client.h"
#include "router/cluster/twin.h"
#include "router/kept.h"
#include "router/leave.h"
#include "router/nbd/nbd_server.h"
#include "router/want/nbd_backend.h"
#include "router/want/limits.h"

struct router_config {
	const char *run_dir;
	const char *store_dir;
	/* directory of the files that the router keeps while the node runs;
	 * NULL: run_dir */
	const char *state_dir;
	struct option_list peers, members, want;
	struct limits limits;
	/* the trusted key; NULL: no key is trusted */
	const struct key_public *trust;
	/* file of the keys with which peers are reached by TLS; NULL: peers are
	 * reached without TLS */
	const char *psk_file;
	/* path of a file of signed words; NULL: none was given */
	const char *words;
	/* descriptor to which a line is written when the router is ready;
	 * OPTION_NO_FD: none was given, or the line was written already */
	int ready_fd;
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
	struct joiner *joiner; /* set by router_join; NULL before */
	struct leave leave;
	struct kept kept;
	struct twin twin;
	int64_t started_ns;
};

/* Callbacks by which the member client tells the router what it hears; their
 * ctx is the router. */
extern const struct member_client_ops router_member_ops;

/* Makes all layers; the caller has set cfg, loop and member.  socket is the
 * path at which the NBD server listens; NULL: it does not listen.  Returns 0;
 * or returns -1, and sets errno and *what, a text that names the part that
 * failed. */
int router_start(struct router *r, const struct proto_node *self,
		 const char *socket, const char **what);
/* Begins to learn the cluster and its images, by asking cfg.peers.  Returns 0,
 * or -1 for ENOMEM. */
int router_join(struct router *r);
/* Must be called after a new signed word was taken: hands the signed words to
 * the member client, and sets the default image by them. */
void router_words(struct router *r);
/* Frees all layers, after the loop has ended; the caller frees the loop.
 * Chunks that have arrived are stored first. */
void router_stop(struct router *r);

/* Adds an image file of this machine, with its manifest.  Returns the image; or
 * returns NULL and sets *why to the reason. */
struct image *router_add_file(struct router *r, const char *file,
			      const char *manifest, const char **why);

#endif
