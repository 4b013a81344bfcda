/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of the announcements that an image was removed, which nodes pass on. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "membership/wire/proto_field.h"
#include "router/cluster/removed_images.h"

static struct digest
image(uint8_t i)
{
	return (struct digest){.b = {i, 1}};
}

/* Passes all announcements that `by` has on to `to`.  Returns true if that
 * changed `to`. */
static bool
told(const struct removed *by, struct removed *to)
{
	struct proto_node n = {0};

	removed_describe(by, &n);
	return removed_hear(to, &n);
}

static void
newest_word_wins(void **state)
{
	struct removed a = {0}, b = {0}, late = {0};
	struct digest x = image(1), y = image(2);

	assert_true(removed_say(&a, &x, true));
	assert_false(removed_say(&a, &x, true));
	assert_false(removed_say(&a, &y, false));
	assert_true(told(&a, &b));
	assert_false(told(&a, &b));
	assert_true(told(&a, &late));
	assert_true(removed_has(&b, &x));
	assert_false(removed_has(&b, &y));
	assert_true(removed_say(&b, &x, false));
	assert_true(told(&b, &a));
	assert_false(removed_has(&a, &x));
	/* an older announcement does not change a newer one */
	assert_false(told(&late, &a));
	assert_false(removed_has(&a, &x));
	assert_true(removed_say(&a, &x, true));
	assert_true(told(&a, &late));
	assert_true(removed_has(&late, &x));
}

static void
oldest_makes_room(void **state)
{
	struct removed a = {0}, b = {0};
	struct digest first = image(0), second = image(1), last;

	for (uint8_t i = 0; i <= REMOVED_MAX; i++) {
		last = image(i);
		assert_true(removed_say(&a, &last, true));
	}
	assert_int_equal(a.n, REMOVED_MAX);
	assert_false(removed_has(&a, &first));
	assert_true(removed_has(&a, &second));
	assert_true(told(&a, &b));
	assert_memory_equal(&a, &b, sizeof a);
}

/* Nodes that tell each other all the time agree on the newest words, though one
 * of them still has a word that the other has dropped. */
static void
old_words_push_out_no_new_one(void **state)
{
	struct removed a = {0}, b = {0};

	for (uint8_t i = 0; i < 3 * REMOVED_MAX; i++) {
		struct digest x = image(i);

		assert_true(removed_say(i % 2 == 0 ? &a : &b, &x, true));
		(void)told(i % 2 == 0 ? &b : &a, i % 2 == 0 ? &a : &b);
		assert_true(removed_has(i % 2 == 0 ? &a : &b, &x));
		(void)told(&a, &b);
		(void)told(&b, &a);
		assert_true(removed_has(&a, &x) && removed_has(&b, &x));
		assert_memory_equal(&a, &b, sizeof a);
		assert_false(told(&a, &b) || told(&b, &a));
	}
	assert_int_equal(a.n, REMOVED_MAX);
}

static void
nonsense_is_passed_over(void **state)
{
	struct removed r = {0};
	struct proto_node n = {0};
	uint8_t data[REMOVED_WORD_BYTES * 2 + 7];

	/* the version in the field is greater than the greatest that is allowed
	 */
	memset(data, 0xff, sizeof data);
	assert_int_equal(
	    proto_field_set(&n, PROTO_FIELD_REMOVED, data, sizeof data), 0);
	assert_false(removed_hear(&r, &n));
	memset(data, 0, sizeof data);
	assert_int_equal(
	    proto_field_set(&n, PROTO_FIELD_REMOVED, data, sizeof data), 0);
	assert_false(removed_hear(&r, &n));
	assert_int_equal(r.n, 0);
	assert_int_equal(proto_field_set(&n, PROTO_FIELD_REMOVED, data, 0), 0);
	assert_int_equal(n.nfields, 0);
}

static void
fields_stand_beside_others(void **state)
{
	static const uint8_t other[] = {0, 7, 0, 3, 'a', 'b', 'c'};
	uint8_t data[PROTO_FIELDS_MAX] = "xy";
	struct proto_node n = {.nfields = sizeof other};
	size_t len;

	memcpy(n.fields, other, sizeof other);
	assert_int_equal(proto_field_set(&n, PROTO_FIELD_REMOVED, data, 2), 0);
	assert_true(proto_fields_ok(n.fields, n.nfields));
	assert_memory_equal(proto_field_get(&n, PROTO_FIELD_REMOVED, &len),
			    "xy", 2);
	assert_int_equal(len, 2);
	assert_memory_equal(n.fields + n.nfields - sizeof other, other,
			    sizeof other);
	assert_int_equal(
	    proto_field_set(&n, PROTO_FIELD_REMOVED, data, sizeof data), -1);
	assert_memory_equal(proto_field_get(&n, PROTO_FIELD_REMOVED, &len),
			    "xy", 2);
	assert_int_equal(proto_field_set(&n, PROTO_FIELD_REMOVED, NULL, 0), 0);
	assert_int_equal(n.nfields, sizeof other);
	assert_memory_equal(n.fields, other, sizeof other);
}

static void
kept_in_a_file(void **state)
{
	char path[] = "/tmp/removed.XXXXXX";
	struct removed a = {0}, b = {0};
	int fd = mkstemp(path);

	for (uint8_t i = 0; i < 5; i++) {
		struct digest x = image(i);

		assert_true(removed_say(&a, &x, true));
	}
	assert_int_equal(removed_save(&a, path), 0);
	removed_load(&b, path);
	assert_memory_equal(&a, &b, sizeof a);
	close(fd);
	unlink(path);
}

/* If the disk is full, only the new announcements are lost. */
static void
a_full_disk(void **state)
{
	char dir[] = "/tmp/removed.XXXXXX", path[64], fresh[64];
	struct removed a = {0}, b = {0}, was;
	struct digest x = image(1), y = image(2);

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/removed", dir);
	snprintf(fresh, sizeof fresh, "%s/removed.new", dir);
	assert_true(removed_say(&a, &x, true));
	assert_int_equal(removed_save(&a, path), 0);
	was = a;
	assert_true(removed_say(&a, &y, true));
	assert_int_equal(symlink("/dev/full", fresh), 0);
	assert_int_equal(removed_save(&a, path), -1);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(access(fresh, F_OK), -1);
	removed_load(&b, path);
	assert_memory_equal(&b, &was, sizeof b);
	unlink(path);
	rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(newest_word_wins),
	    cmocka_unit_test(oldest_makes_room),
	    cmocka_unit_test(old_words_push_out_no_new_one),
	    cmocka_unit_test(nonsense_is_passed_over),
	    cmocka_unit_test(fields_stand_beside_others),
	    cmocka_unit_test(kept_in_a_file),
	    cmocka_unit_test(a_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
