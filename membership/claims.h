/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* claims: nodes that guests here want to speak for, and that are announced by
 * another member of the group.
 *
 * A node moves from one member to another when its connection broke, and the
 * other member may not know it yet.  Anybody can say that it is that node, so
 * the other member is asked: one that has a living connection of the node says
 * NODE again, and the claim is denied.
 *
 *   (none) ── claims_may ──► DUE ── claims_next ──► SAID
 *   (none) ── claims_heard: another member has asked ──► SAID
 *   SAID ── claims_may, after CLAIM_NS ──► (none), and the guest is let in
 *   DUE, SAID ── claims_denied ──► DENIED
 *   DUE, SAID ── CLAIM_OLD_NS after it began ──► (none)
 *   DENIED ── CLAIM_DENIED_NS after that ──► (none)
 *
 * The guest is refused until it is let in, and comes again by itself.
 *
 * Pure.  Limits: CLAIMS_MAX at a time, of which the oldest makes room; one
 * CLAIM a node in CLAIM_DENIED_NS, whatever guests do.
 */
#ifndef VF_MEMBERSHIP_CLAIMS_H
#define VF_MEMBERSHIP_CLAIMS_H

#include "membership/wire/proto.h"

#define CLAIMS_MAX 64 /* chosen: as many nodes lose a member at once */
/* Chosen: five times what a message takes on saturated links of 32 nodes. */
#define CLAIM_NS 1000000000LL
/* Chosen: a client that was refused has come again by then. */
#define CLAIM_OLD_NS 10000000000LL
/* Chosen: some tries of a client that is refused rightly. */
#define CLAIM_DENIED_NS 1000000000LL

enum claim_state { CLAIM_NONE, CLAIM_DUE, CLAIM_SAID, CLAIM_DENIED };

/* All zeroes at first. */
struct claims {
	struct claim {
		enum claim_state state;
		struct node_id id;
		int64_t began_ns; /* in DENIED, when it was denied */
		int64_t said_ns;
	} all[CLAIMS_MAX];
};

/* A guest says that it is this node.  True: it is let in. */
bool claims_may(struct claims *c, const struct node_id *id, int64_t now_ns);
/* Another member has said a CLAIM: whoever is refused there may come here. */
void claims_heard(struct claims *c, const struct node_id *id, int64_t now_ns);
/* The member that announced the node has said it again. */
void claims_denied(struct claims *c, const struct node_id *id, int64_t now_ns);
/* The next CLAIM that is to be said; false: there is none. */
bool claims_next(struct claims *c, struct node_id *id, int64_t now_ns);

#endif
