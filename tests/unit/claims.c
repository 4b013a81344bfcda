/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests that a claim is granted if the other members were asked by a CLAIM and
 * none has denied it in time, and that claims of strangers take bounded
 * room. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "membership/claims.h"

static struct node_id
id_of(unsigned i)
{
	return (struct node_id){{1, i, i >> 8}};
}

static void
granted(void **state)
{
	struct claims c = {0};
	struct node_id id = id_of(1);
	struct proto_msg said;
	int64_t t = 1000;

	assert_false(claims_may(&c, &id, NULL, t));
	/* no claim is granted before its CLAIM was sent, however late the CLAIM
	 * is sent */
	assert_false(claims_may(&c, &id, NULL, t + CLAIM_NS));
	assert_true(claims_next(&c, &said, t));
	assert_true(node_id_equal(&said.claim, &id));
	assert_false(claims_next(&c, &said, t));
	assert_false(claims_may(&c, &id, NULL, t + CLAIM_NS - 1));
	assert_true(claims_may(&c, &id, NULL, t + CLAIM_NS));
	/* the claim is granted only once */
	assert_false(claims_may(&c, &id, NULL, t + CLAIM_NS));
}

static void
denied(void **state)
{
	struct claims c = {0};
	struct node_id id = id_of(1), other = id_of(2);
	struct proto_msg said;
	int64_t t = 1000;

	assert_false(claims_may(&c, &id, NULL, t));
	assert_true(claims_next(&c, &said, t));
	claims_denied(&c, &other, false, t);
	assert_false(claims_is_denied(&c, &id, t));
	claims_denied(&c, &id, false, t + CLAIM_NS / 2);
	assert_true(claims_is_denied(&c, &id, t + CLAIM_NS));
	assert_false(claims_is_denied(&c, &other, t + CLAIM_NS));
	assert_false(claims_may(&c, &id, NULL, t + CLAIM_NS));
	assert_false(claims_next(&c, &said, t + CLAIM_NS));
	/* after a while a CLAIM may be sent again */
	t += CLAIM_NS / 2 + CLAIM_DENIED_NS;
	assert_false(claims_is_denied(&c, &id, t));
	assert_false(claims_may(&c, &id, NULL, t));
	assert_true(claims_next(&c, &said, t));
	assert_true(claims_may(&c, &id, NULL, t + CLAIM_NS));
}

static void
heard(void **state)
{
	struct claims c = {0};
	struct node_id id = id_of(1);
	struct proto_msg said;

	claims_heard(&c, &id, 1000);
	assert_false(claims_next(&c, &said, 1000));
	assert_false(claims_may(&c, &id, NULL, 1000 + CLAIM_NS - 1));
	assert_true(claims_may(&c, &id, NULL, 1000 + CLAIM_NS));
	/* a CLAIM that was heard too long ago counts no more */
	claims_heard(&c, &id, 1000);
	assert_false(claims_may(&c, &id, NULL, 1000 + CLAIM_OLD_NS));
}

static void
many(void **state)
{
	struct claims c = {0};
	struct proto_msg said;
	struct node_id id;
	unsigned n = 0;

	for (unsigned i = 0; i < 10 * CLAIMS_MAX; i++) {
		id = id_of(i);
		assert_false(claims_may(&c, &id, NULL, 1000 + i));
	}
	while (claims_next(&c, &said, 10000))
		n++;
	assert_int_equal(n, CLAIMS_MAX);
	/* the claims that were heard last are still known */
	assert_true(claims_may(&c, &id, NULL, 10000 + CLAIM_NS));
}

/* Even if strangers name more nodes, one after the other, than there is room
 * for, only one CLAIM for a node is sent within CLAIM_DENIED_NS. */
static void
in_turn(void **state)
{
	struct claims c = {0};
	struct node_id honest = id_of(1000);
	struct proto_msg said;
	int64_t sent_ns[CLAIMS_MAX + 1] = {0}, t = CLAIM_DENIED_NS;
	const int64_t end_ns = 6 * CLAIM_DENIED_NS;
	unsigned n = 0;

	for (unsigned i = 0; t < end_ns; i++, t += 1000000) {
		struct node_id id = id_of(i % (CLAIMS_MAX + 1));

		claims_may(&c, &id, NULL, t);
		while (claims_next(&c, &said, t)) {
			assert_true(t - sent_ns[said.claim.b[1]] >=
				    CLAIM_DENIED_NS);
			sent_ns[said.claim.b[1]] = t;
			n++;
		}
	}
	assert_true(n > CLAIMS_MAX);
	assert_true(n <= 5 * CLAIMS_MAX);
	/* a further guest finds room as soon as the older claims are over */
	t += CLAIM_DENIED_NS;
	assert_false(claims_may(&c, &honest, NULL, t));
	assert_true(claims_next(&c, &said, t));
	assert_true(node_id_equal(&said.claim, &honest));
	assert_true(claims_may(&c, &honest, NULL, t + CLAIM_NS));
}

/* A guest that has shown its node's key is asked for as such, also if a
 * stranger has claimed the node before; once the node was given up to it the
 * guest is let in at once, and nobody without the key is. */
static void
of_a_key(void **state)
{
	struct claims c = {0};
	struct node_id id = id_of(1);
	struct proto_claimant at = {{.port = 7}, {1}},
			      copy = {{.port = 7}, {2}};
	struct proto_msg said;
	int64_t t = 1000;

	assert_false(claims_may(&c, &id, NULL, t));
	assert_true(claims_next(&c, &said, t));
	assert_int_equal(said.claims, PROTO_CLAIM_ASKED);
	assert_false(claims_may(&c, &id, &at, t));
	assert_true(claims_next(&c, &said, t));
	assert_int_equal(said.claims, PROTO_CLAIM_PROVED);
	assert_true(proto_claimant_equal(&said.claimant, &at));
	assert_false(claims_may(&c, &id, &at, t));
	assert_false(claims_next(&c, &said, t));
	assert_false(claims_may(&c, &id, NULL, t + CLAIM_NS));
	claims_given(&c, &id, t);
	/* a late NODE of the guest without the key counts no more */
	claims_denied(&c, &id, false, t);
	assert_false(claims_may(&c, &id, NULL, t));
	assert_false(claims_may(&c, &id, &copy, t));
	assert_true(claims_may(&c, &id, &at, t));
	/* if another with the key has its place meanwhile, it is denied */
	assert_false(claims_may(&c, &id, &at, t));
	assert_true(claims_next(&c, &said, t));
	claims_given(&c, &id, t);
	claims_denied(&c, &id, true, t);
	assert_true(claims_is_denied(&c, &id, t));
	assert_false(claims_may(&c, &id, &at, t));
	t += CLAIM_DENIED_NS;
	/* where nothing was given up it is waited for a denial */
	assert_false(claims_may(&c, &id, &at, t));
	assert_true(claims_next(&c, &said, t));
	assert_false(claims_may(&c, &id, &at, t + CLAIM_NS - 1));
	assert_true(claims_may(&c, &id, &at, t + CLAIM_NS));
}

/* A member that gives a node up says so once, and what was not asked for a key
 * cannot be given. */
static void
given_up(void **state)
{
	struct claims c = {0};
	struct node_id id = id_of(1);
	struct proto_msg said;

	claims_give(&c, &id, 1000);
	claims_denied(&c, &id, true, 1000);
	assert_true(claims_next(&c, &said, 1000));
	assert_int_equal(said.claims, PROTO_CLAIM_GIVEN);
	assert_false(claims_next(&c, &said, 1000));
	claims_heard(&c, &id, 1000);
	claims_given(&c, &id, 1000);
	assert_false(claims_may(&c, &id, NULL, 1000));
}

/* Guests that only say who they are, however many, do not keep out one that has
 * shown its key; and guests at one address, with however many keys, do not keep
 * out one at another. */
static void
shares(void **state)
{
	struct claims c = {0};
	struct node_id honest = id_of(9999);
	struct proto_claimant at = {{.port = 7}, {1}},
			      many = {{.port = 7}, {2}};
	struct proto_msg said;
	int64_t t = 1000;
	unsigned keys = 0, others = 0;

	for (unsigned i = 0; i < CLAIMS_MAX; i++) {
		struct node_id id = id_of(i);

		assert_false(claims_may(&c, &id, NULL, t));
		assert_true(claims_next(&c, &said, t));
	}
	assert_false(claims_may(&c, &honest, NULL, t));
	assert_false(claims_next(&c, &said, t));
	for (unsigned i = 0; i < 2 * CLAIMS_MAX; i++) {
		struct node_id id = id_of(1000 + i);

		assert_false(claims_may(&c, &id, &many, t));
	}
	while (claims_next(&c, &said, t))
		keys++;
	assert_int_equal(keys, CLAIMS_FROM_MAX);
	assert_false(claims_may(&c, &honest, &at, t));
	assert_true(claims_next(&c, &said, t));
	assert_int_equal(said.claims, PROTO_CLAIM_PROVED);
	/* guests without a key have the rest, and take nothing from the others
	 */
	t += CLAIM_DENIED_NS;
	for (unsigned i = 0; i < 2 * CLAIMS_MAX; i++) {
		struct node_id id = id_of(2000 + i);

		assert_false(claims_may(&c, &id, NULL, t));
	}
	while (claims_next(&c, &said, t))
		others++;
	assert_int_equal(others, CLAIMS_MAX - CLAIMS_FROM_MAX - 1);
	assert_true(claims_may(&c, &honest, &at, t));
}

/* Returns how many of the claims that a guest with n keys begins are sent, if
 * each comes from another address with these first bytes. */
static unsigned
sent_from_net(struct claims *c, const struct proto_claimant *first, unsigned n,
	      int64_t t)
{
	struct proto_claimant at = *first;
	struct proto_msg said;
	unsigned sent = 0;

	for (unsigned i = 0; i < n; i++) {
		struct node_id id = id_of(3000 + i);

		at.from[15] = i;
		assert_false(claims_may(c, &id, &at, t));
	}
	while (claims_next(c, &said, t))
		sent++;
	return sent;
}

/* A guest that has all addresses of an IPv6 network keeps out none of another
 * network; IPv4 addresses make no network. */
static void
networks(void **state)
{
	struct claims c = {0}, v4 = {0};
	struct node_id honest = id_of(9999);
	const struct proto_claimant
	    six = {.from = {0xfd, 1}},
	    next = {.from = {0xfd, 1, [7] = 1}},
	    four = {.from = {[10] = 0xff, [11] = 0xff, [12] = 10}};
	struct proto_msg said;
	int64_t t = 1000;

	assert_int_equal(sent_from_net(&c, &six, 2 * CLAIMS_MAX, t),
			 CLAIMS_NET_MAX);
	assert_false(claims_may(&c, &honest, &next, t));
	assert_true(claims_next(&c, &said, t));
	assert_true(claims_may(&c, &honest, &next, t + CLAIM_NS));
	assert_int_equal(sent_from_net(&v4, &four, CLAIMS_MAX, t), CLAIMS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(granted),  cmocka_unit_test(denied),
	    cmocka_unit_test(heard),    cmocka_unit_test(many),
	    cmocka_unit_test(in_turn),  cmocka_unit_test(of_a_key),
	    cmocka_unit_test(given_up), cmocka_unit_test(shares),
	    cmocka_unit_test(networks)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
