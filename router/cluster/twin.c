/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/twin.h"

#include "lib/log.h"

/* The time for which what a member has told stays true, and in which one line
 * of log is enough.  Arbitrary: a copy that is refused tries again every two
 * seconds (membership/client/client.c). */
#define TWIN_NS (30000 * INT64_C(1000000))

void
twin_told(struct twin *t, const struct proto_node *n, int64_t now_ns)
{
	char text[ADDRESS_TEXT];

	if (t->logged_ns == 0 || (now_ns - t->logged_ns >= TWIN_NS &&
				  (twin_at(t, now_ns) == NULL ||
				   !address_equal(&t->logged, &n->nbd)))) {
		log_error(
		    "node %s at %s has the id of this node: a machine was "
		    "copied with the file node of its run directory; stop "
		    "the copy, remove that file there, start it again",
		    n->name, address_text(&n->nbd, text));
		t->logged = n->nbd;
		t->logged_ns = now_ns;
	}
	t->at = n->nbd;
	t->told_ns = now_ns;
}

const struct address *
twin_at(const struct twin *t, int64_t now_ns)
{
	return t->told_ns != 0 && now_ns - t->told_ns < TWIN_NS ? &t->at : NULL;
}
