/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* role_rule: decides whether a machine takes a role, or gives it up, by what
 * all machines of its view say about the role.
 *
 * Machines that could hold a role stand in a queue, where a newcomer takes the
 * last place.  The first takes the role if nobody holds or takes it.  So who
 * holds a role keeps it, whoever comes.  Of two that hold it, because the
 * cluster was split and has met again, the one whose card has the lower MAC
 * address keeps it, as it does where two of them meet by ARP
 * (role_keeper.h).
 *
 * A host to which the administrator has asked that the role be moved is the
 * first in the queue, and a holder that had the role before that gives it up,
 * if that host can take it.
 *
 * Pure.
 */
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
	bool asked; /* the administrator wants it to have the role */
};

struct role_view {
	struct role_claim self;
	const struct role_claim *others;
	size_t n;         /* number of others */
	bool alone;       /* there may be machines that the view lacks */
	bool asked_since; /* a move was asked for since this machine took it */
};

enum role_step { ROLE_STAY, ROLE_TAKE, ROLE_GIVE_UP };

enum role_step role_rule(const struct role_view *v);
/* Returns the place behind all others. */
uint32_t role_rule_last(const struct role_view *v);

#endif
