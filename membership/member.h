/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* member: a core node's part of the membership.
 *
 *   guests ─ NODE HOLD GONE ─► mine ─► group ─► view ─► guests, group
 *                                              (for the administrator)
 *
 * `mine` is what this member's own clients say, `view` what the group says,
 * in its one order.  Solo, and while the group is lost, `mine` goes into
 * `view` directly.
 *
 *   without a driver:  SOLO
 *   with one:          ALONE ◄── lost ──── joined ──► JOINED
 *
 * While it is ALONE the last view stays in force, and its guests are told so.
 *
 * Addresses  A node that listens on "any" is announced with the address from
 *            which it came (TCP), with this node's address as corosync has it
 *            (its own router, in a group), or, solo, with the address that
 *            each client reached this member by.
 * Leaving    A node that says GONE goes at once.  One whose connection closes
 *            may come back for RECONNECT_GRACE_MS.  When a member dies its
 *            node's own goes at once, and its satellites, which can announce
 *            themselves to another, after ORPHAN_GRACE_MS.
 * Identity   is the UUID: two nodes of one name are two nodes.  A guest that
 *            comes by TCP speaks for no node that lives: while another
 *            connection here speaks for it, or another member says that it has
 *            one (claims.h), the newcomer is refused, and comes again.  This
 *            node's own router, by the Unix socket, is always right.
 * Words      of nodes are taken into the view if they are not far above those
 *            before them (PROTO_WORD_STEP).  A core node is believed more when
 *            this member is new, and this node's own router always.  Where a
 * key is trusted words that it has signed are taken and handed on
 *            (authority/words.h), and others are taken out of the nodes.
 */
#ifndef VF_MEMBERSHIP_MEMBER_H
#define VF_MEMBERSHIP_MEMBER_H

#include "authority/key.h"
#include "lib/address.h"
#include "lib/loop.h"
#include "membership/group.h"

#define RECONNECT_GRACE_MS 2000
#define ORPHAN_GRACE_MS 10000

struct member;

struct member_settings {
	const char *socket_path;
	bool tcp;
	struct address listen;            /* the TCP address, if tcp */
	const struct group_driver *group; /* NULL: solo */
	const struct key_public *trust;   /* NULL: no key is trusted */
};

/* NULL: the reason has been logged. */
struct member *member_new(struct loop *l, const struct member_settings *s);
/* Leaves the group. */
void member_free(struct member *m);

#endif
