/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* leases: the machines that boot services have seen: which address each has,
 * until when, under which name, and how far it has booted.
 *
 * Every member and every boot service has a copy of the records.  A boot
 * service that makes a record gives it a version higher than all versions that
 * it knows. Of two records of one machine that with the higher version stays,
 * and of two with the same version the one whose bytes are greater.  So records
 * may be repeated, and come in any order: copies that have seen the same
 * records are equal, also after the network was in two parts.  After that, two
 * machines may have one address: it belongs to the machine whose record has the
 * higher version.
 *
 * A record is kept after its lease has expired, so that a machine gets the same
 * address again; of more than LEASES_MAX records those with the highest
 * versions are kept.
 *
 * Pure state, read as a table (membership/table.h) is: a reader is a place in
 * the sequence of changes.  A frame LEASE has the time that the lease has left,
 * not the time when it ends, since the clocks of machines that boot seldom
 * agree.
 */
#ifndef VF_MEMBERSHIP_WIRE_LEASES_H
#define VF_MEMBERSHIP_WIRE_LEASES_H

#include "membership/wire/proto.h"

#define LEASES_MAX 4096
/* bytes of the longest frame LEASE */
#define LEASES_FRAME_MAX (PROTO_HEAD + 24 + MANIFEST_NAME_MAX)

struct leases;

struct leases *leases_new(void);
void leases_free(struct leases *t);

/* Puts in a record that is made here, with a version above all known
 * versions. */
void leases_set(struct leases *t, const struct proto_lease *l, int64_t now_ns);
/* Puts in a record that was made elsewhere, unless the machine's record, or all
 * of LEASES_MAX, are newer.  Returns true if it was put in. pass_on: readers
 * whose `skips` is true read it too. */
bool leases_merge(struct leases *t, const struct proto_lease *l, bool pass_on,
		  int64_t now_ns);
uint32_t leases_count(const struct leases *t);

struct leases_reader {
	/* after the first pass, only records put in with pass_on are read */
	bool skips;

	/* Only leases.c uses the rest. */
	/* a pass reads the changes after `from` up to `to` */
	uint64_t from, to;
	uint32_t slot; /* the next slot of the pass */
	bool passing;  /* a pass has begun and is not complete */
};

/* Makes the reader read all records again. */
void leases_reader_repeat(struct leases_reader *r);
/* Returns true if there is something for the reader to read. */
bool leases_reader_behind(const struct leases *t,
			  const struct leases_reader *r);
/* Puts whole frames for the reader into buf, and moves the reader on.  Returns
 * the frames' bytes; 0: there is nothing more, or no room. */
size_t leases_read(const struct leases *t, struct leases_reader *r,
		   int64_t now_ns, uint8_t *buf, size_t len);

#endif
