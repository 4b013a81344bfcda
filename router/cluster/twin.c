/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/twin.h"

#include "lib/log.h"

/* The time for which what a member has told stays true, and in which one line
 * of log is enough.  Arbitrary: a copy that is refused tries again every two
 * seconds (membership/client/client.c). */
#define TWIN_NS (30000 * INT64_C(1000000))
/* The time after which a node that members still tell of is another machine.
 * When this node's own address changes, members take its former connection,
 * which has not ended yet, for another machine, for at most 7 s:
 * GUEST_SILENCE_MS (membership/guests.h), a second until a guest that is silent
 * is noticed, and CLAIM_DENIED_NS (membership/claims.h). */
#define SURE_NS (8000 * INT64_C(1000000))

static bool
is_told(const struct twin *t, int64_t now_ns)
{
	return t->told_ns != 0 && now_ns - t->told_ns < TWIN_NS;
}

void
twin_told(struct twin *t, const struct proto_node *n, int64_t now_ns)
{
	char text[ADDRESS_TEXT];

	if (!is_told(t, now_ns))
		t->first_ns = now_ns;
	t->at = n->nbd;
	t->told_ns = now_ns;
	if (twin_at(t, now_ns) == NULL)
		return;
	if (t->logged_ns == 0 || (now_ns - t->logged_ns >= TWIN_NS &&
				  (t->logged_ns < t->first_ns ||
				   !address_equal(&t->logged, &n->nbd)))) {
		log_error(
		    "node %s at %s has the id of this node: a machine was "
		    "copied with its file node.key, which is in its store "
		    "directory or its run directory; stop the copy, remove "
		    "that file there, start it again",
		    n->name, address_text(&n->nbd, text));
		t->logged = n->nbd;
		t->logged_ns = now_ns;
	}
}

const struct address *
twin_at(const struct twin *t, int64_t now_ns)
{
	bool sure = is_told(t, now_ns) && t->told_ns - t->first_ns >= SURE_NS;

	return sure ? &t->at : NULL;
}
