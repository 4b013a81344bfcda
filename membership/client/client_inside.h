/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* client_inside: the state of a client, shared by client.c, which chooses the
 * member, and client_tell.c, which takes what the node has to tell. */
#ifndef VF_MEMBERSHIP_CLIENT_CLIENT_INSIDE_H
#define VF_MEMBERSHIP_CLIENT_CLIENT_INSIDE_H

#include "lib/backoff.h"
#include "membership/client/client.h"
#include "membership/client/member_conn.h"
#include "membership/client/members.h"
#include "membership/client/self_news.h"
#include "membership/client/view.h"
#include "membership/wire/boot_leases.h"

struct member_client {
	struct loop *loop;
	const struct member_client_ops *ops;
	void *ctx;
	char *socket_path;
	struct members members;

	struct member_conn *cur, *probe;
	struct member_psk psk;
	bool told_stranger; /* true: a member of another version was logged */
	bool round_done;    /* all members were tried since `cur` was set */
	struct backoff backoff;
	struct loop_timer retry, give_up, beat;
	int64_t beat_ns;
	unsigned beats;

	struct view *view;     /* the nodes that `cur` has reported */
	struct leases *leases; /* NULL: the client asks for no leases */
	struct leases_reader leases_said;
	bool boots;
	const struct words *words; /* NULL: no signed words are announced */
	uint64_t words_said;       /* number of the last word that was sent */

	struct self_news *news;
	struct loop_timer batch;
	int64_t flushed_ns, batch_ns;
};

/* Sends the news of chunks that has gathered. */
void client_batch_fire(void *ctx);

#endif
