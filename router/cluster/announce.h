/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* announce: tells the membership what this node is and which chunks it holds,
 * and writes the file STORE_DIR/view, which has the signed words in force and
 * all known nodes in frames of membership/wire/proto.h.  This node's nbdkit
 * serves that file as the export /view, which nodes that join read. */
#ifndef VF_ROUTER_CLUSTER_ANNOUNCE_H
#define VF_ROUTER_CLUSTER_ANNOUNCE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/loop.h"

struct images;
struct nodes;
struct choice;
struct member_client;
struct announce;
struct authority;
struct proto_host;
struct proto_roles;

/* Seconds after which roles that were not said again are announced no more;
 * chosen: an agent says them twice a second, and one that hangs is soon missed.
 */
#define ANNOUNCE_ROLES_S 3

struct announce_setup {
	struct loop *loop;
	struct images *images;
	struct nodes *nodes;
	struct choice *choice;
	const struct authority *authority;
	struct member_client *member;
	/* the directory in which the file `view` is written */
	const char *store_dir;
	int64_t started_ns; /* when this node started, by CLOCK_MONOTONIC */
	/* true: this node announces nothing to the membership */
	bool direct;
};

/* Makes an announcer.  *s is copied; what its pointers lead to must outlive the
 * announcer.  Returns NULL on ENOMEM. */
struct announce *announce_new(const struct announce_setup *s);
void announce_free(struct announce *a);

/* Announces this node's own state if nodes.self_changed is set, or if `active`
 * or `reads` differs from the last call.  Writes the file `view` anew if
 * nodes.view_changed is set.  active: this node reads or fills; reads: a client
 * of this node reads. */
void announce_tick(struct announce *a, bool active, bool reads);
/* Makes the next announce_tick announce h, the report of this machine on its
 * site. */
void announce_host(struct announce *a, const struct proto_host *h);
/* Has the next tick announce the roles of this machine, for ANNOUNCE_ROLES_S.
 */
void announce_roles(struct announce *a, const struct proto_roles *r);

#endif
