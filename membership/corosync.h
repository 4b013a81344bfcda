/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* corosync: this member's place in the closed process group `vfield`.
 *
 * Messages reach all members in one order, this one too.  A message is HELLO
 * and any other frames.  What is to be sent is asked for when the group takes
 * more, so that nothing is queued here beyond one message.
 *
 * A corosync that is not there is tried again four times a second.  libcpg's
 * calls wait for corosync's answer, so a corosync that is stopped stops the
 * member: its guests then hear nothing and go to another.
 */
#ifndef VF_MEMBERSHIP_COROSYNC_H
#define VF_MEMBERSHIP_COROSYNC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/loop.h"

#define COROSYNC_GROUP "vfield"
#define COROSYNC_SELF 0 /* as the sender: this member itself */

struct corosync;

/* Another member is known by a number, that no process of it had before. */
struct corosync_ops {
	/* In the group now, as node `nodeid`; all is to be said again. */
	void (*joined)(void *ctx, uint32_t nodeid);
	/* Out of it: corosync does not answer. */
	void (*lost)(void *ctx, const char *why);
	void (*left)(void *ctx, uint64_t member);
	/* Others have come, who know nothing yet. */
	void (*arrived)(void *ctx);
	/* Frames, without the HELLO. */
	void (*deliver)(void *ctx, uint64_t member, const uint8_t *buf,
			size_t len);
	/* Whole frames into buf; 0: nothing to say.  -1: out of step, join
	 * anew. */
	int (*fill)(void *ctx, uint8_t *buf, size_t len);
};

struct corosync *corosync_new(struct loop *l, const struct corosync_ops *ops,
			      void *ctx);
/* Leaves the group. */
void corosync_free(struct corosync *c);
/* There may be something to send. */
void corosync_kick(struct corosync *c);

#endif
