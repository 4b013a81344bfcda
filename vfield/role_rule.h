/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* role_rule: decides whether a machine takes a role, or gives it up, by what
 * all machines in its view claim about the role.
 *
 * Machines that could hold a role stand in a queue, in which a newcomer takes
 * the last place.  The first machine takes the role if no machine holds or
 * takes it.  So a machine that holds a role keeps it, whichever machine comes.
 * If two machines hold it, because the cluster was split and has met again, the
 * one whose card has the lower MAC address keeps it.  It is the same if two
 * holders meet by ARP (role_keeper.h).
 *
 * If the administrator has asked that the role be moved to a host, that host is
 * first in the queue.  A holder that had the role before the administrator
 * asked gives it up, if that host can take it.
 *
 * Pure. */
#ifndef VF_VFIELD_ROLE_RULE_H
#define VF_VFIELD_ROLE_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "membership/wire/proto_roles.h"

struct role_claim {
	struct node_id node;
	uint8_t mac[6];
	enum proto_role_state state;
	uint32_t place;
	bool asked; /* the administrator wants this machine to have the role */
};

struct role_view {
	struct role_claim self;
	const struct role_claim *others;
	size_t n;   /* number of others */
	bool alone; /* there may be machines that the view lacks */
	/* the administrator has asked for a move since `self` took the role */
	bool asked_since;
};

enum role_step { ROLE_STAY, ROLE_TAKE, ROLE_GIVE_UP };

enum role_step role_rule(const struct role_view *v);
/* Returns the place in the queue after those of all others. */
uint32_t role_rule_last(const struct role_view *v);

#endif
