/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* group: a member's place among the other members, whatever carries it.
 *
 * The group delivers every message to all members in one order, to its sender
 * too, and reports which members have come and gone.  corosync's closed process
 * group is such a group (membership/corosync/corosync.h); a test or a simulator
 * brings its own.  A member without a group is solo.
 *
 * A message is one or more whole frames.  When the group can take a message it
 * asks the member for the frames (fill), so that no more than one message is
 * queued.
 */
#ifndef VF_MEMBERSHIP_GROUP_H
#define VF_MEMBERSHIP_GROUP_H

#include <stddef.h>
#include <stdint.h>

#include "lib/loop.h"
#include "membership/table.h"

#define GROUP_SELF 0 /* this member, as the sender of a message */

/* Calls from the group to the member, all from the loop.  `member` is another
 * member's number; a member's process that starts anew gets a new number. */
struct group_ops {
	/* The group has taken this member in, under the group's node number
	 * `nodeid`; the member has to send all its nodes, leases and words
	 * again. */
	void (*joined)(void *ctx, uint32_t nodeid);
	/* The group does not answer: this member is no longer in the group. */
	void (*lost)(void *ctx, const char *why);
	/* The other member `member` has left the group, or died. */
	void (*left)(void *ctx, uint64_t member);
	/* New members have joined; they know no nodes, leases or words of this
	 * member yet. */
	void (*arrived)(void *ctx);
	/* The number of members in the group, this one included, has become
	 * `members`. */
	void (*size)(void *ctx, size_t members);
	/* A message has come from another member, or from this one
	 * (GROUP_SELF). */
	void (*deliver)(void *ctx, uint64_t member, const uint8_t *buf,
			size_t len);
	/* Puts the frames to send into buf.  Returns how many bytes they take;
	 * 0: there are none; -1: this member is so far behind that it has to
	 * leave the group and join anew. */
	int (*fill)(void *ctx, uint8_t *buf, size_t len);
};

/* Calls from the member to the group. `group` is the value that the call open
 * returned. */
struct group_driver {
	/* Joins the group, and joins anew whenever the group is lost.  Returns
	 * the group; returns NULL and sets errno if it could not begin to
	 * join. */
	void *(*open)(struct loop *l, const struct group_ops *ops, void *ctx);
	/* Leaves the group, and frees `group`. */
	void (*close)(void *group);
	/* Has the group call fill, since there may be frames to send. */
	void (*kick)(void *group);
	/* Puts the address by which the group knows this node into a->ip.
	 * Returns -1 if the address is not known yet. */
	int (*address)(void *group, struct address *a);
	/* Shows the view to the administrator by the group's own means; a node
	 * that listens on "any" is shown with the address any_ip. */
	void (*publish)(void *group, const struct table *view,
			const uint8_t any_ip[16]);
};

#endif
