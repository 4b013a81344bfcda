/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot_leases: keeps a record of each machine that boot services have seen: its
 * address, until when it has that, its name, and how far it has booted.
 *
 * Every member and every boot service has a copy of the records.  A boot
 * service that makes a record gives it a version higher than all versions that
 * it knows.  Of two records of the same machine the one with the higher version
 * is kept, and of two with the same version the one whose MAC address, address,
 * stage and name, as bytes, are greater.
 * So records may be repeated, and come in any order: members that have seen the
 * same records have equal copies, even after the network was cut in two.  After
 * such a cut two machines may have the same address: it belongs to the machine
 * whose record has the higher version.
 *
 * A record is kept after its lease has expired, so that the machine gets the
 * same address again.  If there are more than LEASES_MAX records, those with
 * the highest versions are kept.
 *
 * The records are read as a table (membership/table.h) is: a reader is a place
 * in the sequence of changes.  A frame LEASE says how long the lease has left,
 * not when it ends, since the clocks of machines that boot seldom agree.
 * Pure.
 */
#ifndef VF_MEMBERSHIP_WIRE_BOOT_LEASES_H
#define VF_MEMBERSHIP_WIRE_BOOT_LEASES_H

#include "membership/wire/proto.h"

#define LEASES_MAX 4096
/* bytes of the longest frame LEASE */
#define LEASES_FRAME_MAX (PROTO_HEAD + 24 + MANIFEST_NAME_MAX)

struct leases;

struct leases *leases_new(void);
void leases_free(struct leases *t);

/* Adds a record that this node has made, in place of the machine's old one, and
 * gives it a version above all known versions. */
void leases_set(struct leases *t, const struct proto_lease *l, int64_t now_ns);
/* Adds a record that another node has made, unless the machine's present record
 * is newer, or there are LEASES_MAX records that all are.  Returns true if it
 * was added.  pass_on: readers whose `skips` is true are to read it too. */
bool leases_merge(struct leases *t, const struct proto_lease *l, bool pass_on,
		  int64_t now_ns);
uint32_t leases_count(const struct leases *t);

struct leases_reader {
	/* true: the reader reads all records once, and once more after
	 * leases_reader_repeat; of later records only those that were merged
	 * with pass_on */
	bool skips;

	/* --- only boot_leases.c uses the fields below --- */
	/* a pass reads the changes after `from` up to `to` */
	uint64_t from, to;
	uint32_t slot; /* the next slot of the pass */
	bool passing;  /* true: a pass has begun and is not complete */
};

/* Makes the reader read all records again. */
void leases_reader_repeat(struct leases_reader *r);
/* Returns true if there is something for the reader to read. */
bool leases_reader_behind(const struct leases *t,
			  const struct leases_reader *r);
/* Writes whole frames for the reader to buf, and moves the reader on.  Returns
 * the number of bytes; 0: there is nothing more, or too little room. */
size_t leases_read(const struct leases *t, struct leases_reader *r,
		   int64_t now_ns, uint8_t *buf, size_t len);

#endif
