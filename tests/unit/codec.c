/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "lib/codec.h"

static void
round_trip(void **state)
{
	uint8_t buf[32];
	struct writer w = writer_init(buf, sizeof buf);
	struct reader r;
	char text[3];

	write_u8(&w, 0xfe);
	write_u16(&w, 0x0102);
	write_u32(&w, 0x03040506);
	write_u64(&w, 0x0708090a0b0c0d0e);
	write_bytes(&w, "abc", 3);
	write_bytes(&w, NULL, 0);
	assert_false(w.failed);
	assert_int_equal(w.wrote, 18);
	assert_memory_equal(buf,
			    "\xfe\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe"
			    "abc",
			    18);

	r = reader_init(buf, w.wrote);
	assert_int_equal(read_u8(&r), 0xfe);
	assert_int_equal(read_u16(&r), 0x0102);
	assert_int_equal(read_u32(&r), 0x03040506);
	assert_int_equal(read_u64(&r), 0x0708090a0b0c0d0e);
	assert_false(reader_done(&r));
	read_bytes(&r, text, sizeof text);
	assert_memory_equal(text, "abc", 3);
	assert_true(reader_done(&r));
}

static void
reading_past_the_end_yields_zeros(void **state)
{
	struct reader r = reader_init("\1\2\3", 3);
	char text[2] = "xx";

	assert_int_equal(read_u16(&r), 0x0102);
	assert_int_equal(read_u16(&r), 0);
	assert_true(r.failed);
	/* a reader that has failed fails at every further read, though bytes
	 * are left */
	assert_int_equal(read_u8(&r), 0);
	read_bytes(&r, text, sizeof text);
	assert_memory_equal(text, "\0\0", 2);
	assert_null(read_view(&r, 1));
	assert_null(read_view(&r, SIZE_MAX));
	assert_false(reader_done(&r));
}

static void
writing_past_the_end_writes_nothing(void **state)
{
	uint8_t buf[4] = "abcd";
	struct writer w = writer_init(buf, 3);

	write_u16(&w, 0x4142);
	write_u16(&w, 0x4344);
	assert_true(w.failed);
	write_u8(&w, 0x45);
	assert_int_equal(w.wrote, 2);
	assert_memory_equal(buf, "ABcd", 4);
}

static void
nothing_is_a_fine_buffer(void **state)
{
	struct reader r = reader_init(NULL, 0);

	assert_true(reader_done(&r));
	assert_int_equal(read_u64(&r), 0);
	assert_true(r.failed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_trip),
	    cmocka_unit_test(reading_past_the_end_yields_zeros),
	    cmocka_unit_test(writing_past_the_end_writes_nothing),
	    cmocka_unit_test(nothing_is_a_fine_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
