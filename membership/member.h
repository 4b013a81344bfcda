/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* member: a core node's part of the membership.
 *
 *   guests ─ NODE HOLD GONE ─► mine ─► group ─► view ─► guests, group
 *                                              (for the administrator)
 *
 * The table `mine` has the nodes that this member's own guests announce.  The
 * table `view` has those that all members of the group announce, this one
 * included, in the order in which the group delivers messages.  In the states
 * SOLO and ALONE the changes of `mine` are copied to `view` directly.
 *
 *   without a driver:  SOLO
 *   with a driver:     ALONE ◄── lost ──── joined ──► JOINED
 *
 * In ALONE the last view stays in force, and the member tells its guests by a
 * HELLO that it is alone.
 *
 * Addresses  A node that listens on "any" is announced with another address.
 *            For a node that came by TCP that is the address from which it has
 *            connected.  For this node's own router it is the address that
 *            corosync has for this node; if the member is solo, each guest is
 *            told the address by which that guest has reached this member.
 * Leaving    A node whose guest sends GONE leaves at once.  A node whose
 *            connection closes may come back within RECONNECT_GRACE_MS.  When a
 *            member dies, the core node on which it ran leaves at once; its
 *            satellites, which can announce themselves to another member, leave
 *            after ORPHAN_GRACE_MS.
 * Identity   A node is known by its UUID: two nodes of one name are two nodes.
 *            A guest that comes by TCP is refused, and tries again later, as
 *            long as another connection here, or at another member (claims.h),
 *            speaks for the same node.  A guest that has shown the node's key
 *            takes it over at once, unless that connection has shown the key,
 *            too, lives, and is from another machine or for another address:
 *            then the key was copied, and each is told of the other if their
 *            addresses differ.  A node whose key was shown goes to nobody who
 *            does not show it.  This node's own router, which comes by the
 *            Unix socket, is never refused.
 * Words      Without a trusted key a node's word on the default image is taken
 *            into the view if its version is not far above those of the words
 *            before it (PROTO_WORD_STEP).  A word from this node's own router
 *            is taken whatever its version; while this member is new, so is a
 *            word from any core node.  With a trusted key the member takes and
 *            hands on only words that this key has signed (authority/words.h),
 *            and removes all others from the nodes.
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
	/* address at which guests are awaited by TCP; unused unless `tcp` */
	struct address listen;
	/* file of the keys that guests by TCP show; NULL: none is asked for */
	const char *psk_file;
	/* how the member reaches its group; NULL: the member is solo */
	const struct group_driver *group;
	/* the trusted key; NULL: no key is trusted */
	const struct key_public *trust;
};

/* Makes a member, which listens and joins its group.  Returns NULL after it has
 * logged why it cannot listen. */
struct member *member_new(struct loop *l, const struct member_settings *s);
/* Leaves the group, closes all guests and frees the member. */
void member_free(struct member *m);

#endif
