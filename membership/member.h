/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* member: a core node's part of the membership.
 *
 *   guests ─ NODE HOLD GONE ─► mine ─► group ─► view ─► guests, group
 *                                              (for the administrator)
 *
 * `mine` has what this member's own guests announce; `view` what the members
 * of the group announce, in the group's one order.  In the states SOLO and
 * ALONE `mine` is read into `view` directly.
 *
 *   without a driver:  SOLO
 *   with a driver:     ALONE ◄── lost ──── joined ──► JOINED
 *
 * In ALONE the last view stays in force, and a HELLO tells the guests that the
 * member is alone.
 *
 * Addresses  A node that listens on "any" is announced with another address: a
 *            node that came by TCP with the address that it connected from;
 *            this node's own router, in a group, with the address that corosync
 *            has for this node, and, solo, to each guest with the address by
 *            which that guest reached this member.
 * Leaving    A node whose guest sends GONE leaves at once.  A node whose
 *            connection closes may come back within RECONNECT_GRACE_MS.  When a
 *            member dies, the core node on which it ran leaves at once; its
 *            satellites, which can announce themselves to another member, leave
 *            after ORPHAN_GRACE_MS.
 * Identity   A node is known by its UUID: two nodes of one name are two nodes.
 *            A guest that comes by TCP is refused, and tries again later, as
 *            long as another connection here speaks for the same node, or
 *            another member says that it has such a connection (claims.h).
 *            This node's own router, by the Unix socket, is never refused.
 * Words      A node's word on the default image is taken into the view if its
 *            version is not far above those before it (PROTO_WORD_STEP).  Any
 *            version is taken from this node's own router, and, while this
 *            member is new, from every core node.  With a trusted key the
 *            member takes and hands on words that this key has signed
 *            (authority/words.h), and removes all others from the nodes.
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
	const struct group_driver *group; /* NULL: the member is solo */
	const struct key_public *trust;   /* NULL: no key is trusted */
};

/* Makes a member, which listens and joins its group.  Returns NULL after it has
 * logged why it cannot listen. */
struct member *member_new(struct loop *l, const struct member_settings *s);
/* Leaves the group, closes all guests and frees the member. */
void member_free(struct member *m);

#endif
