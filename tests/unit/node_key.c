/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of a node's own key: it is found again as it was, but not by a link,
 * and not if other users could read it; its UUID follows from it; and a PROOF
 * holds for one nonce, one node and two addresses alone. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "authority/node_key.h"
#include "lib/codec.h"
#include "membership/wire/proto_proof.h"

static void
kept(void **state)
{
	char dir[] = "/tmp/node_key.XXXXXX", path[64], other[64];
	struct key_pair a, b;
	struct stat st;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/" NODE_KEY_FILE, dir);
	snprintf(other, sizeof other, "%s/other", dir);
	assert_int_equal(node_key_read(dir, &a), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(key_make(&a), 0);
	assert_int_equal(node_key_keep(dir, &a), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(node_key_read(dir, &b), 0);
	assert_memory_equal(a.secret, b.secret, KEY_BYTES);
	assert_true(key_equal(&a.pub, &b.pub));

	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(node_key_read(dir, &b), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(symlink(other, path), 0);
	assert_int_equal(node_key_read(dir, &b), -1);
	assert_int_equal(errno, ELOOP);
	/* a key that is kept anew replaces the link, not what it leads to */
	assert_int_equal(node_key_keep(dir, &a), 0);
	assert_int_equal(truncate(other, 0), 0);
	assert_int_equal(node_key_read(dir, &b), 0);
	assert_int_equal(truncate(path, 63), 0);
	assert_int_equal(node_key_read(dir, &b), -1);
	assert_int_equal(errno, EINVAL);
	unlink(path);
	unlink(other);
	assert_int_equal(rmdir(dir), 0);
}

static void
names(void **state)
{
	struct key_public k = {{1}};
	uint8_t a[16], b[16];

	node_key_uuid(&k, a);
	node_key_uuid(&k, b);
	assert_memory_equal(a, b, sizeof a);
	assert_int_equal(a[6] >> 4, 5); /* name-based, by SHA-1 */
	assert_int_equal(a[8] >> 6, 2);
	k.b[31] ^= 1;
	node_key_uuid(&k, b);
	assert_memory_not_equal(a, b, sizeof a);
}

static void
proofs(void **state)
{
	struct proto_nonce nonce = {{1}}, other = {{2}};
	uint8_t bytes[256], secret[KEY_BYTES] = {3};
	struct writer w = writer_init(bytes, sizeof bytes);
	struct proto_proof p = {0}, q;
	struct key_pair k;
	struct reader r;

	key_from_secret(&k, secret);
	assert_int_equal(address_parse("192.0.2.1:1", 1, &p.nbd), 0);
	assert_int_equal(address_parse("192.0.2.2:2", 1, &p.member), 0);
	proto_proof_sign(&p, &k, &nonce);
	assert_true(proto_proof_right(&p, &nonce));
	assert_false(proto_proof_right(&p, &other));
	proto_proof_write(&w, &p);
	assert_false(w.failed);
	for (size_t i = 0; i < w.wrote; i++) {
		bytes[i] ^= 1;
		r = reader_init(bytes, w.wrote);
		proto_proof_read(&r, &q);
		assert_true(reader_done(&r));
		assert_false(proto_proof_right(&q, &nonce));
		bytes[i] ^= 1;
	}
	r = reader_init(bytes, w.wrote);
	proto_proof_read(&r, &q);
	assert_true(reader_done(&r));
	assert_true(proto_proof_right(&q, &nonce));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(kept),
					   cmocka_unit_test(names),
					   cmocka_unit_test(proofs)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
