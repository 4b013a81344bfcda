/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* group: a member's place among the other members, whatever carries it.
 *
 * The group delivers every message to all members in one order, to its sender
 * too, and says who has come and gone.  corosync's closed process group is one
 * (membership/corosync/corosync.h); a test or a simulator brings its own.  A
 * member without a group is solo.
 *
 * Messages are whole frames.  What is to be sent is asked for (fill) when the
 * group takes more, so that nothing is queued beyond one message.
 */
#ifndef VF_MEMBERSHIP_GROUP_H
#define VF_MEMBERSHIP_GROUP_H

#include <stddef.h>
#include <stdint.h>

#include "lib/loop.h"
#include "membership/table.h"

#define GROUP_SELF 0 /* the sender of a message that is this member */

/* Calls from the group to the member, all from the loop.  Another member is
 * known by a number that no process of it had before. */
struct group_ops {
	/* The group has taken this member in, as its node `nodeid`; all that it
	 * has to say is to be said again. */
	void (*joined)(void *ctx, uint32_t nodeid);
	/* The group does not answer: this member is out of it. */
	void (*lost)(void *ctx, const char *why);
	void (*left)(void *ctx, uint64_t member);
	/* New members have come, and know nothing yet. */
	void (*arrived)(void *ctx);
	/* The group has so many members by now, this one too. */
	void (*size)(void *ctx, size_t members);
	void (*deliver)(void *ctx, uint64_t member, const uint8_t *buf,
			size_t len);
	/* Frames to send are put into buf: bytes, or 0 if there is nothing to
	 * say.  -1: this member is out of step and has to join anew. */
	int (*fill)(void *ctx, uint8_t *buf, size_t len);
};

/* Calls from the member to the group.  `group` is what open returned. */
struct group_driver {
	/* Joins, and joins again whenever it has to.  NULL and errno. */
	void *(*open)(struct loop *l, const struct group_ops *ops, void *ctx);
	/* Leaves. */
	void (*close)(void *group);
	/* Has the group send what there may be. */
	void (*kick)(void *group);
	/* The address by which the group knows this node is put into a->ip.
	 * -1: it is not known yet. */
	int (*address)(void *group, struct address *a);
	/* The view is shown to the administrator by the group's own means;
	 * nodes on "any" have the address any_ip. */
	void (*publish)(void *group, const struct table *view,
			const uint8_t any_ip[16]);
};

#endif
