/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests that the membership's frames are read as they were written, and that
 * wrong ones are refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "membership/wire/proto.h"
#include "membership/wire/proto_flags.h"

#define FRAME (PROTO_HEAD + PROTO_BODY_MAX)

static struct proto_node
a_node(int nimages)
{
	struct proto_node n;
	struct address nbd;

	memset(&n, 0, sizeof n);
	memset(n.id.b, 0xa5, sizeof n.id.b);
	strcpy(n.name, "node-1");
	assert_int_equal(address_parse("192.0.2.1:4711", 0, &nbd), 0);
	/* field by field, so that the padding stays 0 */
	memcpy(n.nbd.ip, nbd.ip, sizeof n.nbd.ip);
	n.nbd.port = nbd.port;
	n.member_port = PORT_MEMBER;
	n.active = n.reads = true;
	n.satellite = true;
	n.budget = UINT64_MAX;
	n.boots = 0xa1b2c3d4;
	n.since = 1700000000;
	n.word.version = nimages;
	memset(n.word.image.b, nimages > 0 ? 0x5a : 0, sizeof n.word.image.b);
	n.nimages = nimages;
	for (int i = 0; i < nimages; i++) {
		struct proto_image *im = &n.images[i];

		memset(im->id.b, i + 1, sizeof im->id.b);
		snprintf(im->name, sizeof im->name, "image%d", i);
		im->size = 1000000007;
		im->chunk_size = MANIFEST_CHUNK_DEFAULT;
		im->complete = i & 1;
		im->is_default = i == 0;
		im->seed = i & 2;
		im->used = i & 4;
	}
	return n;
}

/* Asserts that m is the same after it was encoded and decoded, and that no
 * first part of the frame is itself a frame. */
static void
goes_through(const struct proto_msg *m, struct proto_msg *got)
{
	static uint8_t buf[FRAME + 1];
	ssize_t n = proto_encode(m, buf, FRAME);

	assert_true(n >= PROTO_HEAD);
	for (ssize_t i = 0; i < n; i++) {
		assert_int_equal(proto_decode(buf, i, got), 0);
		assert_int_equal(proto_encode(m, buf, i), -1);
		assert_int_equal(errno, ENOSPC);
		assert_int_equal(proto_encode(m, buf, FRAME), n);
	}
	buf[n] = 0xff; /* the first byte of a further frame changes nothing */
	assert_int_equal(proto_decode(buf, n + 1, got), n);
	assert_int_equal(got->type, m->type);
}

static void
round_trips(void **state)
{
	static const int nimages[] = {0, 1, PROTO_IMAGES_MAX};
	struct proto_msg m, got;

	for (size_t i = 0; i < sizeof nimages / sizeof *nimages; i++) {
		m.type = PROTO_NODE;
		m.number = PROTO_NUMBERS_MAX - 1 - i;
		m.node = a_node(nimages[i]);
		goes_through(&m, &got);
		assert_int_equal(got.number, m.number);
		assert_memory_equal(&got.node, &m.node, sizeof m.node);
	}
	m = (struct proto_msg){.type = PROTO_HELLO, .version = PROTO_LOWEST};
	for (int flags = 0; flags < 8; flags++) {
		m.alone = flags & 1;
		m.leases = flags & 2;
		m.boots = flags & 4;
		goes_through(&m, &got);
		assert_int_equal(got.version, PROTO_LOWEST);
		assert_int_equal(got.alone, m.alone);
		assert_int_equal(got.leases, m.leases);
		assert_int_equal(got.boots, m.boots);
	}
	m = (struct proto_msg){.type = PROTO_GONE, .gone = {{1, 2, 3}}};
	goes_through(&m, &got);
	assert_true(node_id_equal(&got.gone, &m.gone));
	m = (struct proto_msg){.type = PROTO_VIEW, .seq = UINT64_MAX - 1};
	goes_through(&m, &got);
	assert_true(got.seq == m.seq);
	m = (struct proto_msg){.type = PROTO_PING};
	goes_through(&m, &got);
	m = (struct proto_msg){.type = PROTO_PONG};
	goes_through(&m, &got);
}

/* Frames HOLD of one part, of nine parts, and of as many as fit are the same
 * after they were written and read; unit/hold.c tests the parts themselves. */
static void
hold_round_trips(void **state)
{
	static const uint8_t part[] = {1, 0x10, 7, 3, 0x60};
	static uint8_t parts[PROTO_BODY_MAX / sizeof part * sizeof part];
	static uint8_t buf[FRAME];
	static const size_t counts[] = {sizeof part, 9 * sizeof part,
					sizeof parts};
	struct proto_msg m = {.type = PROTO_HOLD, .parts = parts}, got;

	for (size_t i = 0; i < sizeof parts; i++)
		parts[i] = part[i % sizeof part];
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		ssize_t n;

		m.nparts = counts[i];
		n = proto_encode(&m, buf, sizeof buf);
		assert_true(n > 0);
		assert_int_equal(proto_decode(buf, n, &got), n);
		assert_int_equal(got.nparts, counts[i]);
		assert_memory_equal(got.parts, parts, counts[i]);
	}
}

static struct proto_lease
a_lease(void)
{
	struct proto_lease l = {.version = 1,
				.mac = {0x52, 0x54, 0, 0x77, 0, 1},
				.ip = {10, 77, 0, 1},
				.left_s = 3600,
				.stage = BOOT_ROM,
				.name = "host-1"};

	return l;
}

static void
lease_goes_through(const struct proto_msg *m)
{
	struct proto_msg got;
	const struct proto_lease *a = &m->lease, *b = &got.lease;

	goes_through(m, &got);
	assert_true(b->version == a->version);
	assert_memory_equal(b->mac, a->mac, sizeof a->mac);
	assert_memory_equal(b->ip, a->ip, sizeof a->ip);
	assert_true(b->left_s == a->left_s);
	assert_int_equal(b->stage, a->stage);
	assert_string_equal(b->name, a->name);
}

static void
lease_round_trips(void **state)
{
	struct proto_msg m = {.type = PROTO_LEASE, .lease = a_lease()};

	lease_goes_through(&m);
	m.lease.version = PROTO_LEASE_VERSION_MAX;
	m.lease.left_s = UINT32_MAX;
	m.lease.stage = BOOT_UP;
	memset(m.lease.name, 0, sizeof m.lease.name);
	lease_goes_through(&m);
	memset(m.lease.name, 'x', MANIFEST_NAME_MAX);
	lease_goes_through(&m);
}

/* A right frame of the type `type` in which the byte at the offset `at` is set
 * to a wrong value. */
struct hostile {
	const char *what;
	uint8_t type;
	uint8_t at; /* offset in the frame */
	uint8_t value;
};

#define BODY PROTO_HEAD
/* Offsets in a frame NODE whose name is "node-1". */
#define NAME (BODY + 2 + 16)
#define FLAGS (NAME + 7 + 16 + 2 + 2)
#define WORD (FLAGS + 1 + 8 + 4 + 8)
#define IMAGES (WORD + 8 + 32)
#define IMAGE (IMAGES + 1)
#define IMAGE_NAME (IMAGE + 32)
#define IMAGE_SIZE (IMAGE_NAME + 7)
#define CHUNK_SIZE (IMAGE_SIZE + 8)
#define IMAGE_FLAGS (CHUNK_SIZE + 4)
#define SECOND_IMAGE (IMAGE_FLAGS + 1)
/* Offsets in a frame LEASE whose name is "host-1". */
#define LEASE_MAC (BODY + 8)
#define LEASE_STAGE (LEASE_MAC + 6 + 4 + 4)
#define LEASE_NAME (LEASE_STAGE + 1)

static const struct hostile hostile[] = {
    {"a body of 16 MiB", PROTO_NODE, 0, 1},
    {"a body of 64 KiB and 1", PROTO_NODE, 1, 2},
    {"a body that is too short", PROTO_NODE, 3, 200},
    {"type 0", PROTO_NODE, 4, 0},
    {"type 128", PROTO_NODE, 4, 128},
    {"type 255", PROTO_NODE, 4, 255},
    {"an empty name", PROTO_NODE, NAME, 0},
    {"a name that is too long", PROTO_NODE, NAME, 65},
    {"a name of 255", PROTO_NODE, NAME, 255},
    {"a name that is a path", PROTO_NODE, NAME + 2, '/'},
    {"a name that begins with a dot", PROTO_NODE, NAME + 1, '.'},
    {"a name with a NUL", PROTO_NODE, NAME + 3, 0},
    {"a name with an escape", PROTO_NODE, NAME + 3, 033},
    {"a word of version 2^63", PROTO_NODE, WORD, 0x80},
    {"a word of no version, and its bytes", PROTO_NODE, WORD + 7, 0},
    {"more images than there are", PROTO_NODE, IMAGES, 3},
    {"fewer images than there are", PROTO_NODE, IMAGES, 1},
    {"17 images", PROTO_NODE, IMAGES, 17},
    {"255 images", PROTO_NODE, IMAGES, 255},
    {"an image name that is too long", PROTO_NODE, IMAGE_NAME, 66},
    {"an image name with a slash", PROTO_NODE, IMAGE_NAME + 1, '/'},
    {"an image of 2^63 bytes", PROTO_NODE, IMAGE_SIZE, 0x80},
    {"an image of 2^41 bytes", PROTO_NODE, IMAGE_SIZE + 2, 2},
    {"a chunk size that is no power", PROTO_NODE, CHUNK_SIZE + 3, 1},
    {"a chunk size of 0", PROTO_NODE, CHUNK_SIZE + 1, 0},
    {"a chunk size of 2^31", PROTO_NODE, CHUNK_SIZE, 0x80},
    {"number 4096", PROTO_NODE, BODY, 0x10},
    {"a HOLD that is no part", PROTO_HOLD, BODY + 4, 0},
    {"a HOLD of too many chunks", PROTO_HOLD, BODY + 3, 4},
    {"a version of 2^63", PROTO_LEASE, BODY, 0x80},
    {"a group's MAC address", PROTO_LEASE, LEASE_MAC, 0x53},
    {"an unknown stage", PROTO_LEASE, LEASE_STAGE, BOOT_UP + 1},
    {"stage 255", PROTO_LEASE, LEASE_STAGE, 255},
    {"a host name that is a path", PROTO_LEASE, LEASE_NAME + 2, '/'},
    {"a host name with a newline", PROTO_LEASE, LEASE_NAME + 2, '\n'},
    {"a host name with a comma", PROTO_LEASE, LEASE_NAME + 2, ','},
    {"a host name that is too long", PROTO_LEASE, LEASE_NAME, 7},
};

static size_t
right_frame(int type, uint8_t *buf)
{
	static const uint8_t part[] = {1, 0x10, 7, 3, 0x60};
	struct proto_msg m = {.type = type};
	ssize_t n;

	if (type == PROTO_NODE)
		m.node = a_node(2);
	else if (type == PROTO_LEASE)
		m.lease = a_lease();
	else if (type == PROTO_HELLO)
		m.version = PROTO_LOWEST;
	else
		m.parts = part, m.nparts = sizeof part;
	n = proto_encode(&m, buf, FRAME);
	assert_true(n > 0);
	return n;
}

static void
hostile_frames(void **state)
{
	static uint8_t buf[FRAME + 1];

	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		const struct hostile *h = &hostile[i];
		struct proto_msg m;

		memset(buf, 0, sizeof buf);
		right_frame(h->type, buf);
		assert_true(proto_decode(buf, sizeof buf, &m) > 0);
		buf[h->at] = h->value;
		errno = 0;
		if (proto_decode(buf, sizeof buf, &m) != -1)
			fail_msg("%s: was taken", h->what);
		assert_int_equal(errno, EPROTO);
	}
}

static void
an_image_twice(void **state)
{
	uint8_t buf[FRAME];
	size_t n = right_frame(PROTO_NODE, buf);
	struct proto_msg m;

	assert_int_equal(proto_decode(buf, n, &m), n);
	memcpy(buf + SECOND_IMAGE, buf + IMAGE, 32);
	assert_int_equal(proto_decode(buf, n, &m), -1);
}

static void
leases_of_nobody(void **state)
{
	uint8_t buf[FRAME];
	struct proto_msg m = {.type = PROTO_LEASE, .lease = a_lease()};
	ssize_t n;

	memset(m.lease.ip, 0, sizeof m.lease.ip);
	n = proto_encode(&m, buf, sizeof buf);
	assert_int_equal(proto_decode(buf, n, &m), -1);
	m.lease = a_lease();
	memset(m.lease.mac, 0, sizeof m.lease.mac);
	n = proto_encode(&m, buf, sizeof buf);
	assert_int_equal(proto_decode(buf, n, &m), -1);
}

static void
a_later_version(void **state)
{
	static const uint8_t hello[] = {
	    0, 0, 0, 9, PROTO_HELLO, 0, 0, 0, PROTO_HIGHEST + 1, 1, 2, 3, 4, 5};
	struct proto_msg m;

	assert_int_equal(proto_decode(hello, sizeof hello, &m), sizeof hello);
	assert_int_equal(m.version, PROTO_HIGHEST + 1);
	assert_false(proto_hears(m.version));
	assert_false(m.alone);
}

static void
versions_in_common(void **state)
{
	static const struct {
		struct proto_range theirs;
		uint32_t spoken;
	} table[] = {
	    {{PROTO_LOWEST, PROTO_LOWEST}, PROTO_LOWEST},
	    {{PROTO_LOWEST, PROTO_HIGHEST}, PROTO_HIGHEST},
	    {{1, 99}, PROTO_HIGHEST},
	    {{PROTO_HIGHEST, 99}, PROTO_HIGHEST},
	    {{PROTO_HIGHEST + 1, 99}, 0},
	    {{1, PROTO_LOWEST - 1}, 0},
	    {{99, 1}, 0},
	    {{UINT32_MAX, UINT32_MAX}, 0},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		assert_int_equal(proto_spoken(&table[i].theirs),
				 table[i].spoken);
	assert_true(proto_hears(PROTO_LOWEST) && proto_hears(PROTO_HIGHEST));
	assert_false(proto_hears(PROTO_LOWEST - 1));
}

/* A side that speaks version 2 reads a RANGE as a GONE, with an id of 16 bytes
 * that no node has. */
static void
a_range_is_a_departure(void **state)
{
	struct proto_msg m = proto_own_range(), got;
	uint8_t buf[64];

	goes_through(&m, &got);
	assert_int_equal(got.range.lowest, PROTO_LOWEST);
	assert_int_equal(got.range.highest, PROTO_HIGHEST);
	assert_int_equal(proto_encode(&m, buf, sizeof buf), PROTO_HEAD + 16);
	assert_int_equal(buf[4], PROTO_GONE);
}

/* Asserts that `more` additional bytes at the end of the frame at buf, which
 * has n bytes, are ignored, since a later version may add them. */
static void
passed_over(uint8_t *buf, size_t n, size_t more)
{
	struct proto_msg m;

	memset(buf + n, 0xee, more);
	buf[2] = (n - PROTO_HEAD + more) >> 8;
	buf[3] = n - PROTO_HEAD + more;
	assert_int_equal(proto_decode(buf, n + more, &m), n + more);
}

static void
later_additions(void **state)
{
	static const uint8_t types[] = {PROTO_HELLO, PROTO_LEASE};
	static uint8_t buf[FRAME];
	struct proto_msg m;
	size_t n;

	for (size_t i = 0; i < sizeof types; i++)
		passed_over(buf, right_frame(types[i], buf), 300);
	m = (struct proto_msg){.type = PROTO_GONE, .gone = {{1}}};
	n = proto_encode(&m, buf, sizeof buf);
	passed_over(buf, n, 9);
	assert_true(proto_decode(buf, n + 9, &m) > 0);
	assert_int_equal(m.reason, PROTO_REASON_UNKNOWN);
	m = (struct proto_msg){.type = PROTO_PING};
	passed_over(buf, proto_encode(&m, buf, sizeof buf), 300);
	/* unknown flags are ignored */
	right_frame(PROTO_HELLO, buf);
	buf[BODY + 4] = 0xf8;
	assert_true(proto_decode(buf, sizeof buf, &m) > 0);
	right_frame(PROTO_NODE, buf);
	buf[FLAGS] |= 0xf0;
	buf[IMAGE_FLAGS] |= 0xf0;
	assert_true(proto_decode(buf, sizeof buf, &m) > 0);
	/* frames of unknown types are decoded as PROTO_UNKNOWN */
	for (int type = PROTO_PROOF + 1; type <= PROTO_TYPE_MAX; type++) {
		n = right_frame(PROTO_NODE, buf);
		buf[4] = type;
		assert_int_equal(proto_decode(buf, n, &m), n);
		assert_int_equal(m.type, PROTO_UNKNOWN);
	}
}

/* From version 3 of the protocol on, a frame GONE has a reason, and a frame
 * NODE ends with optional fields of type, length and data (proto.h). */
static void
of_version_3(void **state)
{
	static const uint8_t fields[] = {0, 1, 0, 2, 'a', 'b', 0x40, 0, 0, 0};
	static uint8_t buf[FRAME];
	struct proto_msg m = {.type = PROTO_GONE, .reason = PROTO_LOST}, got;
	ssize_t n = proto_encode_as(&m, 3, buf, sizeof buf);

	assert_int_equal(n, PROTO_HEAD + 17);
	assert_int_equal(proto_decode(buf, n, &got), n);
	assert_int_equal(got.reason, PROTO_LOST);
	assert_int_equal(proto_encode_as(&m, 2, buf, sizeof buf), n - 1);

	m.type = PROTO_NODE;
	m.number = 0;
	m.node = a_node(2);
	m.node.nfields = sizeof fields;
	memcpy(m.node.fields, fields, sizeof fields);
	n = proto_encode_as(&m, 3, buf, sizeof buf);
	assert_int_equal(proto_decode(buf, n, &got), n);
	assert_true(proto_node_equal(&got.node, &m.node));
	buf[n - sizeof fields + 4] ^= 1;
	assert_int_equal(proto_decode(buf, n, &got), n);
	assert_false(proto_node_equal(&got.node, &m.node));
	/* the length of a field, which goes beyond the frame's end */
	buf[n - 1] = 1;
	assert_int_equal(proto_decode(buf, n, &got), -1);
	n = proto_encode_as(&m, 2, buf, sizeof buf);
	assert_int_equal(proto_decode(buf, n, &got), n);
	assert_int_equal(got.node.nfields, 0);
}

/* A frame FLAGS takes few bytes, and one with too many images is refused. */
static void
flags(void **state)
{
	static uint8_t buf[FRAME];
	struct proto_msg m = {.type = PROTO_FLAGS}, got;
	struct proto_node n = a_node(2), same;
	ssize_t len;

	n.active = n.images[1].complete = true;
	n.serves = n.images[0].used = false;
	m.flags = proto_flags_of(7, &n);
	len = proto_encode_as(&m, PROTO_FLAGS_SINCE, buf, sizeof buf);
	assert_int_equal(len, PROTO_HEAD + 6);
	assert_int_equal(proto_decode(buf, len, &got), len);
	assert_int_equal(got.flags.number, 7);
	same = a_node(2);
	assert_true(proto_flags_set(&same, &got.flags));
	assert_true(proto_node_equal(&same, &n));
	same = a_node(1);
	assert_false(proto_flags_set(&same, &got.flags));
	assert_false(proto_flags_only(&same, &n));

	buf[PROTO_HEAD + 3] = PROTO_IMAGES_MAX + 1;
	assert_int_equal(proto_decode(buf, len, &got), -1);
	buf[PROTO_HEAD + 3] = 2;
	buf[PROTO_HEAD] = PROTO_NUMBERS_MAX >> 8;
	assert_int_equal(proto_decode(buf, len, &got), -1);
}

/* If a NODE has more than PROTO_FIELDS_MAX bytes of fields, the fields are
 * dropped, but the frame is accepted. */
static void
many_fields(void **state)
{
	static uint8_t buf[FRAME];
	struct proto_msg m;
	size_t n = right_frame(PROTO_NODE, buf);

	for (unsigned i = 0; i < PROTO_FIELDS_MAX / 4 + 1; i++)
		memcpy(buf + n + 4 * i, (uint8_t[]){i >> 8, i, 0, 0}, 4);
	n += PROTO_FIELDS_MAX + 4;
	buf[2] = (n - PROTO_HEAD) >> 8;
	buf[3] = n - PROTO_HEAD;
	assert_int_equal(proto_decode(buf, n, &m), n);
	assert_int_equal(m.node.nfields, 0);
	/* gives the last field the type of the first */
	buf[n - 4] = 0;
	assert_int_equal(proto_decode(buf, n, &m), -1);
}

static void
refused_early(void **state)
{
	static const uint8_t http[] = "GET ";
	struct proto_msg m;

	/* a wrong length is refused as soon as its four bytes are there */
	assert_int_equal(proto_decode(http, 4, &m), -1);
	assert_int_equal(proto_decode(http, 3, &m), 0);
}

/* Frames for keys go through as version 5; as version 4 a node
 * has shown no key, and a CLAIM has its node alone. */
static void
of_keys(void **state)
{
	uint8_t buf[FRAME];
	struct proto_msg m = {.type = PROTO_NODE, .node = a_node(1)}, got;
	ssize_t n;

	m.node.proved = true;
	n = proto_encode_as(&m, PROTO_PROOF_SINCE, buf, sizeof buf);
	assert_int_equal(proto_decode(buf, n, &got), n);
	assert_true(proto_node_equal(&got.node, &m.node));
	assert_int_equal(proto_encode_as(&m, 4, buf, sizeof buf), n);
	assert_int_equal(proto_decode(buf, n, &got), n);
	assert_false(got.node.proved);

	m = (struct proto_msg){.type = PROTO_CLAIM,
			       .claim = {{7}},
			       .claims = PROTO_CLAIM_PROVED,
			       .claimant = {{.port = 9}, {3}}};
	n = proto_encode_as(&m, PROTO_PROOF_SINCE, buf, sizeof buf);
	assert_int_equal(proto_decode(buf, n, &got), n);
	assert_int_equal(got.claims, PROTO_CLAIM_PROVED);
	assert_true(proto_claimant_equal(&got.claimant, &m.claimant));
	n = proto_encode_as(&m, 4, buf, sizeof buf);
	assert_int_equal(n, PROTO_HEAD + 16);
	assert_int_equal(proto_decode(buf, n, &got), n);
	assert_int_equal(got.claims, PROTO_CLAIM_ASKED);
	assert_true(node_id_equal(&got.claim, &m.claim));

	m = (struct proto_msg){.type = PROTO_CHALLENGE, .nonce = {{1, 2}}};
	goes_through(&m, &got);
	assert_memory_equal(&got.nonce, &m.nonce, sizeof m.nonce);
	m = (struct proto_msg){.type = PROTO_PROOF, .proof.nbd.port = 3};
	m.proof.signature[KEY_SIGNATURE - 1] = 4;
	goes_through(&m, &got);
	assert_memory_equal(&got.proof, &m.proof, sizeof m.proof);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_trips),
	    cmocka_unit_test(hold_round_trips),
	    cmocka_unit_test(lease_round_trips),
	    cmocka_unit_test(hostile_frames),
	    cmocka_unit_test(leases_of_nobody),
	    cmocka_unit_test(an_image_twice),
	    cmocka_unit_test(a_later_version),
	    cmocka_unit_test(versions_in_common),
	    cmocka_unit_test(a_range_is_a_departure),
	    cmocka_unit_test(later_additions),
	    cmocka_unit_test(of_version_3),
	    cmocka_unit_test(flags),
	    cmocka_unit_test(many_fields),
	    cmocka_unit_test(of_keys),
	    cmocka_unit_test(refused_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
