/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* announce: this node's word about itself, to the membership and, through
 * its own plugin, to newcomers (the file STOREDIR/view: frames of proto.h).
 */
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

struct announce_setup {
	struct loop *loop;
	struct images *images;
	struct nodes *nodes;
	struct choice *choice;
	struct member_client *member;
	const char *store_dir; /* /view is written there */
	int64_t started_ns;    /* the start of this node's age */
	bool direct;           /* members are told nothing */
};

/* NULL: ENOMEM.  Keeps what it is given. */
struct announce *announce_new(const struct announce_setup *s);
void announce_free(struct announce *a);

/* Says what has changed since the last call (nodes.self_changed, view_changed,
 * and whether this node is active and reads). */
void announce_tick(struct announce *a, bool active, bool reads);

#endif
