/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* proto_proof: reads, writes, makes and checks the frame by which a node shows
 * its member that it has the key of its UUID (authority/node_key.h).
 *
 *   member ── CHALLENGE: a nonce ──► node
 *   member ◄── PROOF ── node
 *
 * A member makes a nonce for each connection, so no PROOF can be said twice.
 * What is signed begins with PROTO_PROOF_CONTEXT, so that it is nothing else
 * that a key signs, and has the member's address as the node has reached it, so
 * that a stranger to whom a node connects cannot hand the PROOF on to a member.
 *
 * A PROOF is 32 bytes of the public key, the node's address as in its NODE and
 * the member's (zeroes: the node has come by the Unix socket), 18 bytes each,
 * and 64 bytes of signature, over the context, the nonce, the UUID and the two
 * addresses.
 */
#ifndef VF_MEMBERSHIP_WIRE_PROTO_PROOF_H
#define VF_MEMBERSHIP_WIRE_PROTO_PROOF_H

#include <stdbool.h>
#include <stdint.h>

#include "authority/key.h"
#include "lib/address.h"

struct reader;
struct writer;

#define PROTO_PROOF_CONTEXT "V-FIELD node to member, 1"

struct proto_nonce {
	uint8_t b[32];
};

struct proto_proof {
	struct key_public key;
	struct address nbd, member;
	uint8_t signature[KEY_SIGNATURE];
};

void proto_proof_read(struct reader *r, struct proto_proof *p);
void proto_proof_write(struct writer *w, const struct proto_proof *p);
/* Sets p's key and signature by the pair k; p's addresses are set. */
void proto_proof_sign(struct proto_proof *p, const struct key_pair *k,
		      const struct proto_nonce *nonce);
/* Returns true if p's signature is that of its key, for this nonce. */
bool proto_proof_right(const struct proto_proof *p,
		       const struct proto_nonce *nonce);

#endif
