/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "lib/digest.h"

/* SHA-256 of "abc" and of no bytes, from FIPS 180-4. */
static const char of_abc[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char of_nothing[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

static void
known_values(void **state)
{
	struct digest d = digest_of("abc", 3);
	char hex[DIGEST_HEX];

	assert_string_equal(digest_hex(&d, hex), of_abc);
	d = digest_of(NULL, 0);
	assert_string_equal(digest_hex(&d, hex), of_nothing);
}

static void
parses_what_it_prints(void **state)
{
	struct digest d = digest_of("abc", 3), got;
	char upper[DIGEST_HEX];

	assert_int_equal(digest_parse(of_abc, 64, &got), 0);
	assert_true(digest_equal(&d, &got));
	for (int i = 0; i < DIGEST_HEX; i++)
		upper[i] = of_abc[i] >= 'a' ? of_abc[i] - 32 : of_abc[i];
	assert_int_equal(digest_parse(upper, 64, &got), 0);
	assert_true(digest_equal(&d, &got));
	got.b[31] ^= 1;
	assert_false(digest_equal(&d, &got));
}

static void
refuses_the_rest(void **state)
{
	struct digest d = {{7}};
	char text[] =
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ag";

	assert_int_equal(digest_parse(of_abc, 63, &d), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(digest_parse(of_abc, 65, &d), -1);
	assert_int_equal(digest_parse("", 0, &d), -1);
	assert_int_equal(digest_parse(text, 64, &d), -1);
	text[63] = 'a';
	text[0] = '/';
	assert_int_equal(digest_parse(text, 64, &d), -1);
	assert_int_equal(d.b[0], 7); /* d is unchanged */
}

/* digest_of_two has the same results as two calls of digest_of, for whole
 * blocks (which the processor may hash at the same time) and for the bytes
 * after them. */
static void
two_are_as_one_each(void **state)
{
	static uint8_t a[4096], b[4096];
	struct digest d[2], one;

	for (size_t i = 0; i < sizeof a; i++) {
		a[i] = i * 7 + (i >> 8);
		b[i] = i * 13 + 1;
	}
	for (size_t len = 0; len <= sizeof a; len += len % 64 == 0 ? 1 : 63) {
		digest_of_two(a, b, len, d);
		one = digest_of(a, len);
		assert_true(digest_equal(&d[0], &one));
		one = digest_of(b, len);
		assert_true(digest_equal(&d[1], &one));
	}
	digest_of_two(a + 1, b + 3, 640, d); /* data that is not aligned */
	one = digest_of(a + 1, 640);
	assert_true(digest_equal(&d[0], &one));
	one = digest_of(b + 3, 640);
	assert_true(digest_equal(&d[1], &one));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_values),
	    cmocka_unit_test(parses_what_it_prints),
	    cmocka_unit_test(refuses_the_rest),
	    cmocka_unit_test(two_are_as_one_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
