/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/wire/proto_claim.h"

#include <string.h>

#include "lib/codec.h"

bool
proto_claimant_equal(const struct proto_claimant *a,
		     const struct proto_claimant *b)
{
	return address_equal(&a->nbd, &b->nbd) &&
	       memcmp(a->from, b->from, sizeof a->from) == 0;
}

enum proto_claim
proto_claim_read(struct reader *r, struct proto_claimant *claimant)
{
	uint8_t says = r->left > 0 ? read_u8(r) : PROTO_CLAIM_ASKED;

	*claimant = (struct proto_claimant){0};
	if (says == PROTO_CLAIM_PROVED) {
		read_bytes(r, claimant->nbd.ip, sizeof claimant->nbd.ip);
		claimant->nbd.port = read_u16(r);
		read_bytes(r, claimant->from, sizeof claimant->from);
	}
	return says <= PROTO_CLAIM_GIVEN ? says : PROTO_CLAIM_ASKED;
}

void
proto_claim_write(struct writer *w, enum proto_claim says,
		  const struct proto_claimant *claimant)
{
	write_u8(w, says);
	if (says != PROTO_CLAIM_PROVED)
		return;
	write_bytes(w, claimant->nbd.ip, sizeof claimant->nbd.ip);
	write_u16(w, claimant->nbd.port);
	write_bytes(w, claimant->from, sizeof claimant->from);
}
