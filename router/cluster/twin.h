/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* twin: remembers another machine that has this node's id, since a machine was
 * copied with its run directory.  Members tell both of each other, again and
 * again, as long as both run; they also tell a node of itself for some seconds
 * when its address changes, so a machine is believed in only after these.  A
 * struct of zeroes remembers none.
 */
#ifndef VF_ROUTER_CLUSTER_TWIN_H
#define VF_ROUTER_CLUSTER_TWIN_H

#include "membership/wire/proto.h"

struct twin {
	struct address at;
	/* when a member told of it first, after a while without a word of it,
	 * and last; 0: never */
	int64_t first_ns, told_ns;
	struct address logged;
	int64_t logged_ns; /* when the log named `logged`; 0: never */
};

/* Notes that a member has told of the node n, with this node's id.  Logs that,
 * if members have told of it for some seconds, unless the address was logged
 * already, or any was lately. */
void twin_told(struct twin *t, const struct proto_node *n, int64_t now_ns);
/* Returns the address of the other machine; NULL: there is none, or no member
 * has told of it lately, or none did before that. */
const struct address *twin_at(const struct twin *t, int64_t now_ns);

#endif
