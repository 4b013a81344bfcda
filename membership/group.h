/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* group: connects a member with the other members of its group, by whatever
 * means a driver provides.
 *
 * The group delivers every message to all members in one order, to its sender
 * too, and reports which members have come and gone.  One driver uses a closed
 * process group of corosync (membership/corosync/corosync.h); tests and
 * simulators have their own.  A member without a group is solo.
 *
 * A message is one or more whole frames.  When the group can take a message it
 * asks the member for frames (fill), so that at most one message is queued.
 */
#ifndef VF_MEMBERSHIP_GROUP_H
#define VF_MEMBERSHIP_GROUP_H

#include <stddef.h>
#include <stdint.h>

#include "lib/loop.h"
#include "membership/table.h"

#define GROUP_SELF 0 /* this member, as the sender of a message */

/* Functions of the member that the group calls, always from the loop.  `member`
 * is another member's number; a member that is started anew has a new
 * number. */
struct group_ops {
	/* The group has taken this member in, under the group's node number
	 * `nodeid`; the member has to send all its nodes, leases and words
	 * again. */
	void (*joined)(void *ctx, uint32_t nodeid);
	/* This member is no longer in the group, since the group does not
	 * answer; `why` is a text for the log. */
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

/* Functions of the group that the member calls.  `group` is the value that open
 * has returned. */
struct group_driver {
	/* Begins to join the group; joins it anew whenever it is lost.  Returns
	 * the group; or returns NULL and sets errno if it cannot even begin. */
	void *(*open)(struct loop *l, const struct group_ops *ops, void *ctx);
	/* Leaves the group, and frees `group`. */
	void (*close)(void *group);
	/* Called when there may be frames to send: makes the group call
	 * group_ops.fill as soon as it can take a message. */
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
