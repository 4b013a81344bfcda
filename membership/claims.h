/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* claims: decides whether a guest may speak for a node that another member of
 * the group announces.
 *
 * When a node's connection breaks, the node connects to another member, perhaps
 * before its former member notices.  But a stranger can say, too, that it is
 * that node.  So the new member asks the others by a CLAIM: a member that has a
 * living connection of the node announces the node again (NODE), which denies
 * the claim.
 *
 * A guest that has shown the key of its node is asked for as such, with its
 * address.  A member that has the node by a connection that is dead, or by one
 * that has shown no key, then gives it up (GIVEN), so that the guest need not
 * wait; with a living node of that key at another address it denies the claim.
 *
 *   (none) ── claims_may ──► DUE ── claims_next ──► SAID
 *   (none) ── claims_heard: another member has asked ──► SAID
 *   (none) ── claims_give ──► GIVING ── claims_next ──► (none)
 *
 *   SAID ── claims_may, after CLAIM_NS ──► (none), and the guest is let in
 *   SAID, DENIED ── claims_given, if of a key ──► GIVEN
 *   GIVEN ── claims_may, of the guest that was asked for ──► (none), and it is
 *            let in
 *
 *   any, but not of a key ── claims_may, with a key ──► DUE, of a key
 *   DUE, SAID ── claims_denied ──► DENIED
 *   GIVEN ── claims_denied, by who has shown the key ──► DENIED
 *   DUE, SAID, GIVEN, GIVING ── after CLAIM_OLD_NS ──► (none)
 *   DENIED ── after CLAIM_DENIED_NS ──► (none)
 *
 * SAID means that a CLAIM was sent to the group.  The guest is refused until
 * CLAIM_NS after that, and connects again by itself.  While a claim is of a key
 * nobody without the key is let in.
 *
 * Pure.  Limits: there are at most CLAIMS_MAX claims at a time, of these
 * CLAIMS_FROM_MAX of keys that guests at one address have shown, and
 * CLAIMS_NET_MAX of those that guests in one IPv6 network of 64 bits have,
 * since one machine has all addresses there that it likes.  A further claim
 * takes the place of the oldest that is DUE or has been SAID or DENIED for
 * CLAIM_DENIED_NS.  A claim of a key may also take the place of any that is
 * of none, and gives way to none of these: guests who only say who they are do
 * not keep out those who show it.  While there is no room, further guests are
 * refused and begin no claim.  So this member sends at most one CLAIM for a
 * node in CLAIM_DENIED_NS, one more if its key is shown, and at most twice
 * CLAIMS_MAX for all nodes, whatever guests do.
 */
#ifndef VF_MEMBERSHIP_CLAIMS_H
#define VF_MEMBERSHIP_CLAIMS_H

#include "membership/wire/proto.h"

#define CLAIMS_MAX 64 /* claims that may run at a time; arbitrary */
/* claims of keys that guests at one address may have at a time; arbitrary: as
 * many nodes of one machine lose their member at once */
#define CLAIMS_FROM_MAX 8
/* claims of keys that guests in one IPv6 network of 64 bits may have at a time;
 * arbitrary: half of all, since a room's honest machines may be in one, too */
#define CLAIMS_NET_MAX 32
/* The time that other members have to deny a claim.  Arbitrary: five times what
 * a message takes on saturated links of 32 nodes. */
#define CLAIM_NS 1000000000LL
/* The time after which a claim is forgotten.  Arbitrary: a client that was
 * refused has connected again before that. */
#define CLAIM_OLD_NS 10000000000LL
/* The time for which a denied claim stays denied.  Arbitrary: a client that is
 * rightly refused tries again several times meanwhile. */
#define CLAIM_DENIED_NS 1000000000LL

enum claim_state {
	CLAIM_NONE,
	CLAIM_DUE,
	CLAIM_SAID,
	CLAIM_DENIED,
	CLAIM_GIVEN,
	CLAIM_GIVING,
};

/* A struct of zeroes has no claim. */
struct claims {
	struct claim {
		enum claim_state state;
		struct node_id id;
		bool proved; /* the claim is of a key */
		/* if `proved`: the first guest that has shown the key */
		struct proto_claimant at;
		/* DUE: when the claim began; SAID: when a CLAIM for the node
		 * was sent or heard; DENIED: when the claim was denied;
		 * GIVEN, GIVING: when that was heard or decided */
		int64_t since_ns;
	} all[CLAIMS_MAX];
};

/* Decides on a guest that says it is the node `id`; `proved` says
 * where it is if it has shown the node's key, else it is NULL.  If the guest
 * may be let in, ends the node's claim and returns true.  If it must be refused
 * for now, begins a claim unless the node has one or there is no room, and
 * returns false. */
bool claims_may(struct claims *c, const struct node_id *id,
		const struct proto_claimant *proved, int64_t now_ns);
/* Notes that the node's member has given it up to whoever has its key. */
void claims_given(struct claims *c, const struct node_id *id, int64_t now_ns);
/* Has the group be told that this member has given the node up so. */
void claims_give(struct claims *c, const struct node_id *id, int64_t now_ns);
/* Notes that another member has sent a CLAIM for this node.  If the guest that
 * was refused there connects here next, no further CLAIM is needed. */
void claims_heard(struct claims *c, const struct node_id *id, int64_t now_ns);
/* Denies the node's claim, if there is one, since another member has announced
 * the node again; `proved`: for a guest that has shown the node's key.  Only
 * that denies a claim in the state GIVEN. */
void claims_denied(struct claims *c, const struct node_id *id, bool proved,
		   int64_t now_ns);
/* Returns true if the node's claim was denied, a short while ago. */
bool claims_is_denied(struct claims *c, const struct node_id *id,
		      int64_t now_ns);
/* If a CLAIM is to be sent, sets *m to it, notes that it is sent now, and
 * returns true.  Returns false if no CLAIM is to be sent. */
bool claims_next(struct claims *c, struct proto_msg *m, int64_t now_ns);

#endif
