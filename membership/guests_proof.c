/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file asks guests for the key of their node, and looks at what they show.
 * A guest is asked once, for a nonce that no other is given, and shows a key at
 * most once, since verifying a signature takes time. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "authority/node_key.h"
#include "membership/guests_inside.h"

void
guests_ask_key(struct guest *e)
{
	if (e->proof != GUEST_UNASKED || e->reader.spoken < PROTO_PROOF_SINCE)
		return;
	if (getrandom(e->nonce.b, sizeof e->nonce.b, 0) == sizeof e->nonce.b)
		e->proof = GUEST_ASK_DUE;
}

void
guests_say_challenge(struct guest *e, struct outbuf *room)
{
	struct proto_msg m = {.type = PROTO_CHALLENGE, .nonce = e->nonce};

	if (e->proof == GUEST_ASK_DUE && outbuf_put(room, &m))
		e->proof = GUEST_ASKED;
}

/* Notes the key that a guest has shown by a right signature.  If the guest has
 * reached another address than this member's, somebody between them may have
 * handed it on: then it is a guest that has shown none. */
static void
shown(struct guest *e, const struct proto_proof *p)
{
	char text[ADDRESS_TEXT];

	if (!address_equal(&p->member, &e->here)) {
		guests_complain(e->g,
				"%s: its key does not count: it is for a "
				"member at %s",
				e->name, address_text(&p->member, text));
		e->proof = GUEST_ELSEWHERE;
		return;
	}
	e->proof = GUEST_PROVED;
	e->key_nbd = p->nbd;
	node_key_uuid(&p->key, e->key_id.b);
}

const char *
guests_key_fault(struct guest *e, const struct proto_proof *p)
{
	if (e->proof != GUEST_ASKED)
		return "it shows a key that it was not asked for";
	if (!proto_proof_right(p, &e->nonce))
		return "the signature of its node's key is wrong";
	shown(e, p);
	return NULL;
}

const char *
guests_proved_fault(const struct guest *e, const struct proto_node *n)
{
	if (e->proof != GUEST_PROVED)
		return NULL;
	if (!node_id_equal(&e->key_id, &n->id))
		return "its node has not the id of the key that it has shown";
	if (!address_equal(&e->key_nbd, &n->nbd))
		return "its node has not the address that its key has signed";
	return NULL;
}
