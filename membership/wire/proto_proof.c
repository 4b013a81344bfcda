/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/wire/proto_proof.h"

#include <assert.h>

#include "authority/node_key.h"
#include "lib/codec.h"

#define UUID_BYTES 16
#define ADDRESS_BYTES 18
#define SIGNED_BYTES                                                           \
	(sizeof PROTO_PROOF_CONTEXT + sizeof(struct proto_nonce) +             \
	 UUID_BYTES + 2 * ADDRESS_BYTES)

static void
read_address(struct reader *r, struct address *a)
{
	*a = (struct address){0};
	read_bytes(r, a->ip, sizeof a->ip);
	a->port = read_u16(r);
}

static void
write_address(struct writer *w, const struct address *a)
{
	write_bytes(w, a->ip, sizeof a->ip);
	write_u16(w, a->port);
}

void
proto_proof_read(struct reader *r, struct proto_proof *p)
{
	read_bytes(r, p->key.b, sizeof p->key.b);
	read_address(r, &p->nbd);
	read_address(r, &p->member);
	read_bytes(r, p->signature, sizeof p->signature);
}

void
proto_proof_write(struct writer *w, const struct proto_proof *p)
{
	write_bytes(w, p->key.b, sizeof p->key.b);
	write_address(w, &p->nbd);
	write_address(w, &p->member);
	write_bytes(w, p->signature, sizeof p->signature);
}

/* Writes what is signed. */
static void
write_signed(const struct proto_proof *p, const struct proto_nonce *nonce,
	     uint8_t to[SIGNED_BYTES])
{
	struct writer w = writer_init(to, SIGNED_BYTES);
	uint8_t uuid[UUID_BYTES];

	node_key_uuid(&p->key, uuid);
	write_bytes(&w, PROTO_PROOF_CONTEXT, sizeof PROTO_PROOF_CONTEXT);
	write_bytes(&w, nonce->b, sizeof nonce->b);
	write_bytes(&w, uuid, sizeof uuid);
	write_address(&w, &p->nbd);
	write_address(&w, &p->member);
	assert(!w.failed && w.wrote == SIGNED_BYTES);
}

void
proto_proof_sign(struct proto_proof *p, const struct key_pair *k,
		 const struct proto_nonce *nonce)
{
	uint8_t text[SIGNED_BYTES];

	p->key = k->pub;
	write_signed(p, nonce, text);
	key_sign(k, text, sizeof text, p->signature);
}

bool
proto_proof_right(const struct proto_proof *p, const struct proto_nonce *nonce)
{
	uint8_t text[SIGNED_BYTES];

	write_signed(p, nonce, text);
	return key_verify(&p->key, text, sizeof text, p->signature);
}
