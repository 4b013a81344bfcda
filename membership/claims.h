/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* claims: nodes that guests here want to speak for, and that are announced by
 * another member of the group.
 *
 * A node moves from one member to another when its connection broke, and the
 * member that it leaves may not know of that yet.  Any stranger can say that it
 * is that node, so a CLAIM asks the other members: a member that has a living
 * connection of the node announces it again (NODE), which denies the claim.
 *
 *   (none) ── claims_may ──► DUE ── claims_next ──► SAID
 *   (none) ── claims_heard: another member has asked ──► SAID
 *   SAID ── claims_may, after CLAIM_NS ──► (none), and the guest is let in
 *   DUE, SAID ── claims_denied ──► DENIED
 *   DUE, SAID ── CLAIM_OLD_NS after it began ──► (none)
 *   DENIED ── CLAIM_DENIED_NS after that ──► (none)
 *
 * SAID means that a CLAIM was sent to the group.  A guest is refused until
 * then and for CLAIM_NS more, and connects again by itself.
 *
 * Pure.  Limits: there are CLAIMS_MAX claims at a time, and the oldest makes
 * room for a new one; for one node at most one CLAIM is sent in
 * CLAIM_DENIED_NS, whatever guests do.
 */
#ifndef VF_MEMBERSHIP_CLAIMS_H
#define VF_MEMBERSHIP_CLAIMS_H

#include "membership/wire/proto.h"

#define CLAIMS_MAX 64 /* claims that may run at a time; arbitrary */
/* The time that other members have to deny a claim.  Arbitrary: five times what
 * a message takes on saturated links of 32 nodes. */
#define CLAIM_NS 1000000000LL
/* The time after which a claim is forgotten.  Arbitrary: a client that was
 * refused has connected again before that. */
#define CLAIM_OLD_NS 10000000000LL
/* The time for which a denied claim stays denied.  Arbitrary: a client that is
 * rightly refused tries several times in it. */
#define CLAIM_DENIED_NS 1000000000LL

enum claim_state { CLAIM_NONE, CLAIM_DUE, CLAIM_SAID, CLAIM_DENIED };

/* A struct of zeroes has no claim. */
struct claims {
	struct claim {
		enum claim_state state;
		struct node_id id;
		/* when the claim began; if DENIED: when it was denied */
		int64_t began_ns;
		/* when a CLAIM for the node was sent or heard */
		int64_t said_ns;
	} all[CLAIMS_MAX];
};

/* Returns true if a guest that says that it is this node may be let in, and
 * then ends the node's claim.  Returns false if the guest is to be refused, and
 * begins a claim if the node has none. */
bool claims_may(struct claims *c, const struct node_id *id, int64_t now_ns);
/* Notes that another member has sent a CLAIM for this node: the guest that was
 * refused there may connect here next, and need not be asked about again. */
void claims_heard(struct claims *c, const struct node_id *id, int64_t now_ns);
/* Denies the node's claim, if there is one, since another member has announced
 * the node again. */
void claims_denied(struct claims *c, const struct node_id *id, int64_t now_ns);
/* Puts the node of the next CLAIM to send into *id, and counts that CLAIM as
 * sent now.  Returns false if there is no CLAIM to send. */
bool claims_next(struct claims *c, struct node_id *id, int64_t now_ns);

#endif
