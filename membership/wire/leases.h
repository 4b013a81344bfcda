/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* leases: the machines that boot services have seen: which address each has,
 * until when, under which name, and how far it has booted.
 *
 * Every core member and every boot service has a copy.  A record has a
 * version, which is higher than all that its maker knew of; of two records of
 * one machine that with the higher version stays, and of two with the same
 * version the one whose bytes are greater.  So records may be repeated, and
 * come in any order: copies that have seen the same records are equal, also
 * after the network was in two parts.  After that, two machines may have one
 * address: it is the one's whose record has the higher version.
 *
 * A record outlives its lease, so that a machine gets the same address again;
 * of more than LEASES_MAX those with the highest versions are kept.
 *
 * Pure state, read as table.h's: a reader is a place in the sequence of
 * changes.  On the wire it is said how long a lease has left, since machines
 * that boot seldom agree on the time.
 */
#ifndef VF_MEMBERSHIP_WIRE_LEASES_H
#define VF_MEMBERSHIP_WIRE_LEASES_H

#include "membership/wire/proto.h"

#define LEASES_MAX 4096
#define LEASES_FRAME_MAX (PROTO_HEAD + 24 + MANIFEST_NAME_MAX) /* bytes */

struct leases;

struct leases *leases_new(void);
void leases_free(struct leases *t);

/* A record made here is given a version. */
void leases_set(struct leases *t, const struct proto_lease *l, int64_t now_ns);
/* A record made elsewhere.  True: it is news.  `pass_on`: readers that skip are
 * told of it too. */
bool leases_merge(struct leases *t, const struct proto_lease *l, bool pass_on,
		  int64_t now_ns);
uint32_t leases_count(const struct leases *t);

struct leases_reader {
	bool skips; /* after the first pass, records that need no passing on are
		     * left out */

	/* The rest is leases.c's. */
	uint64_t from, to;
	uint32_t slot;
	bool passing;
};

/* All is to be said again. */
void leases_reader_repeat(struct leases_reader *r);
bool leases_reader_behind(const struct leases *t,
			  const struct leases_reader *r);
/* Whole frames are put into buf: bytes; 0: there is nothing more, or no room.
 */
size_t leases_read(const struct leases *t, struct leases_reader *r,
		   int64_t now_ns, uint8_t *buf, size_t len);

#endif
