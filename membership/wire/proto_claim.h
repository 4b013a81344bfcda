/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* proto_claim: reads and writes what a CLAIM says from version 5 on, after its
 * node's id: a byte, and with PROTO_CLAIM_PROVED 18 bytes of an address and 16
 * of an IP address. */
#ifndef VF_MEMBERSHIP_WIRE_PROTO_CLAIM_H
#define VF_MEMBERSHIP_WIRE_PROTO_CLAIM_H

#include <stdbool.h>

#include "lib/address.h"

struct reader;
struct writer;

/* Meanings of a CLAIM; in earlier versions there is only the first. */
enum proto_claim {
	PROTO_CLAIM_ASKED,  /* a guest of the sender says to be the node */
	PROTO_CLAIM_PROVED, /* so it does, and has shown the node's key */
	PROTO_CLAIM_GIVEN,  /* the sender has given the node up to who has it */
};

/* Where a guest is that has shown its node's key. */
struct proto_claimant {
	/* the address of its node, which the key has signed */
	struct address nbd;
	uint8_t from[16]; /* the IP address from which it has connected */
};

/* Returns true if both have the same addresses. */
bool proto_claimant_equal(const struct proto_claimant *a,
			  const struct proto_claimant *b);
/* Returns what the claim says, and sets *claimant, to zeroes unless that is
 * PROTO_CLAIM_PROVED. */
enum proto_claim proto_claim_read(struct reader *r,
				  struct proto_claimant *claimant);
void proto_claim_write(struct writer *w, enum proto_claim says,
		       const struct proto_claimant *claimant);

#endif
