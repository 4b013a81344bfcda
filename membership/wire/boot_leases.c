/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/wire/boot_leases.h"

#include <stdlib.h>
#include <string.h>

#include "membership/wire/outbuf.h"

#define NS_PER_S 1000000000LL
#define NEVER INT64_MAX

struct entry {
	/* the record; left_s is as it was when the record came */
	struct proto_lease lease;
	int64_t until_ns;
	/* number of the entry's last change; 0: the entry is not in use */
	uint64_t change;
	/* `change`, if the record came with pass_on; else 0 */
	uint64_t passed_on;
};

struct leases {
	uint64_t change; /* number of the last change */
	/* number of the last change that came with pass_on */
	uint64_t passed_on;
	uint64_t version; /* the highest version that was seen */
	uint32_t count;
	struct entry entries[LEASES_MAX];
};

struct leases *
leases_new(void)
{
	return calloc(1, sizeof(struct leases));
}

void
leases_free(struct leases *t)
{
	free(t);
}

uint32_t
leases_count(const struct leases *t)
{
	return t->count;
}

/* Returns true if the record a is newer than b. left_s is not compared, since
 * it differs between copies of the same record. */
static bool
supersedes(const struct proto_lease *a, const struct proto_lease *b)
{
	int d;

	if (a->version != b->version)
		return a->version > b->version;
	d = memcmp(a->mac, b->mac, sizeof a->mac);
	if (d == 0)
		d = memcmp(a->ip, b->ip, sizeof a->ip);
	if (d == 0)
		d = (int)a->stage - (int)b->stage;
	if (d == 0)
		d = strcmp(a->name, b->name);
	return d > 0;
}

/* Returns the slot for the record l: that of the same machine; if there is
 * none, a free one; if there is none, that of the oldest record.  Returns NULL
 * if l is older than the record in that slot. */
static struct entry *
slot_for(struct leases *t, const struct proto_lease *l)
{
	struct entry *unused = NULL, *oldest = NULL;

	for (uint32_t i = 0; i < LEASES_MAX; i++) {
		struct entry *e = &t->entries[i];

		if (e->change == 0)
			unused = e;
		else if (memcmp(e->lease.mac, l->mac, sizeof l->mac) == 0)
			return supersedes(l, &e->lease) ? e : NULL;
		else if (oldest == NULL ||
			 supersedes(&oldest->lease, &e->lease))
			oldest = e;
	}
	if (unused != NULL)
		return unused;
	return supersedes(l, &oldest->lease) ? oldest : NULL;
}

bool
leases_merge(struct leases *t, const struct proto_lease *l, bool pass_on,
	     int64_t now_ns)
{
	struct entry *e = slot_for(t, l);

	if (e == NULL)
		return false;
	if (l->version > t->version)
		t->version = l->version;
	if (e->change == 0)
		t->count++;
	e->lease = *l;
	e->until_ns =
	    l->left_s == UINT32_MAX ? NEVER : now_ns + l->left_s * NS_PER_S;
	e->change = ++t->change;
	e->passed_on = 0;
	if (pass_on)
		e->passed_on = t->passed_on = t->change;
	return true;
}

void
leases_set(struct leases *t, const struct proto_lease *l, int64_t now_ns)
{
	struct proto_lease mine = *l;

	mine.version = t->version < PROTO_LEASE_VERSION_MAX
			   ? t->version + 1
			   : PROTO_LEASE_VERSION_MAX;
	(void)leases_merge(t, &mine, true, now_ns);
}

void
leases_reader_repeat(struct leases_reader *r)
{
	r->from = 0;
	r->passing = false;
}

bool
leases_reader_behind(const struct leases *t, const struct leases_reader *r)
{
	uint64_t last = r->skips && r->from != 0 ? t->passed_on : t->change;

	return r->passing || r->from < last;
}

static bool
is_due(const struct leases_reader *r, const struct entry *e)
{
	if (r->skips && r->from != 0)
		return e->passed_on > r->from;
	return e->change > r->from;
}

static bool
say_entry(const struct entry *e, int64_t now_ns, struct outbuf *room)
{
	struct proto_msg m = {.type = PROTO_LEASE};

	m.lease = e->lease;
	if (e->until_ns != NEVER)
		m.lease.left_s = e->until_ns > now_ns
				     ? (e->until_ns - now_ns) / NS_PER_S
				     : 0;
	return outbuf_put(room, &m);
}

size_t
leases_read(const struct leases *t, struct leases_reader *r, int64_t now_ns,
	    uint8_t *buf, size_t len)
{
	struct outbuf room = {.buf = buf, .left = len};

	if (!leases_reader_behind(t, r))
		return 0;
	if (!r->passing) {
		r->to = t->change;
		r->slot = 0;
		r->passing = true;
	}
	for (; r->slot < LEASES_MAX; r->slot++)
		if (is_due(r, &t->entries[r->slot]) &&
		    !say_entry(&t->entries[r->slot], now_ns, &room))
			return len - room.left;
	r->from = r->to;
	r->passing = false;
	return len - room.left;
}
