/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "router/nbd/nbd_wire.h"

#define READ_MAX (32U << 20)

static void
test_option(void **state)
{
	uint8_t b[NBD_OPTION_SIZE] = "IHAVEOPT\0\0\0\7\0\0\1\2";
	struct nbd_option o;

	assert_true(nbd_wire_option(b, &o));
	assert_int_equal(o.option, NBD_OPT_GO);
	assert_int_equal(o.len, 0x102);
	b[3] ^= 1;
	assert_false(nbd_wire_option(b, &o));
}

static void
test_go(void **state)
{
	static const char data[] = "\0\0\0\3abc\0\3\0\1\0\3\0\x63";
	size_t len = sizeof data - 1;
	struct nbd_go g;

	assert_true(nbd_wire_go(data, len, &g));
	assert_int_equal(g.name_len, 3);
	assert_memory_equal(g.name, "abc", 3);
	assert_true(g.wants_name);
	assert_true(g.wants_block_size);
	for (size_t n = 0; n < len; n++)
		assert_false(nbd_wire_go(data, n, &g));
	assert_false(nbd_wire_go(data, len + 1, &g));
	assert_true(nbd_wire_go("\0\0\0\0\0\0", 6, &g));
	assert_false(g.wants_name || g.wants_block_size);
	assert_false(nbd_wire_go("\xff\xff\xff\xff\0\0", 6, &g));
}

static void
test_meta(void **state)
{
	static const char data[] =
	    "\0\0\0\1x\0\0\0\2\0\0\0\5base:\0\0\0\17base:allocation";
	size_t len = sizeof data - 1;
	struct nbd_meta m;

	assert_true(nbd_wire_meta(data, len, &m));
	assert_int_equal(m.name_len, 1);
	assert_int_equal(m.nqueries, 2);
	assert_true(m.base && m.allocation);
	for (size_t n = 0; n < len; n++)
		assert_false(nbd_wire_meta(data, n, &m));
	assert_false(nbd_wire_meta(data, len + 1, &m));
	assert_true(nbd_wire_meta("\0\0\0\0\0\0\0\0", 8, &m));
	assert_false(m.base || m.allocation);
	/* the option names more queries than fit into its bytes */
	assert_false(nbd_wire_meta("\0\0\0\0\xff\xff\xff\xff\0\0\0\0", 12, &m));
}

static void
test_command(void **state)
{
	static const uint8_t b[NBD_REQUEST_SIZE] = {
	    0x25, 0x60, 0x95, 0x13, 0, 4, 0, 0, 1, 2, 3, 4, 5, 6,
	    7,    8,    0,    0,    0, 0, 0, 1, 0, 0, 0, 2, 0, 0};
	uint8_t bad[NBD_REQUEST_SIZE];
	struct nbd_command c;

	assert_true(nbd_wire_command(b, &c));
	assert_int_equal(c.flags, NBD_CMD_FLAG_DF);
	assert_int_equal(c.type, NBD_CMD_READ);
	assert_int_equal(c.cookie, 0x0102030405060708);
	assert_int_equal(c.offset, 0x10000);
	assert_int_equal(c.len, 0x20000);
	memcpy(bad, b, sizeof bad);
	bad[0] = 0;
	assert_false(nbd_wire_command(bad, &c));
}

static void
test_check(void **state)
{
	static const struct {
		struct nbd_command c;
		int simple, structured;
	} t[] = {
#define C(T, F, O, L) {.type = T, .flags = F, .offset = O, .len = L}
	    {C(NBD_CMD_READ, 0, 0, 1), 0, 0},
	    {C(NBD_CMD_READ, 0, 99999999, 1), 0, 0},
	    {C(NBD_CMD_READ, 0, 100000000, 1), EINVAL, EINVAL},
	    {C(NBD_CMD_READ, 0, 99999999, 2), EINVAL, EINVAL},
	    {C(NBD_CMD_READ, 0, UINT64_MAX, 2), EINVAL, EINVAL},
	    {C(NBD_CMD_READ, 0, UINT64_MAX, UINT32_MAX), EINVAL, EINVAL},
	    {C(NBD_CMD_READ, 0, 5, 0), EINVAL, EINVAL},
	    {C(NBD_CMD_READ, 0, 7, READ_MAX), 0, 0},
	    {C(NBD_CMD_READ, 0, 0, READ_MAX + 1), EINVAL, EINVAL},
	    {C(NBD_CMD_READ, NBD_CMD_FLAG_DF, 7, 9), EINVAL, 0},
	    {C(NBD_CMD_READ, NBD_CMD_FLAG_DF, 0, READ_MAX + 1), EINVAL,
	     EOVERFLOW},
	    {C(NBD_CMD_READ, 1, 7, 9), EINVAL, EINVAL},
	    {C(NBD_CMD_READ, 0x8000, 7, 9), EINVAL, EINVAL},
	    {C(NBD_CMD_CACHE, 0, 7, 9), 0, 0},
	    {C(NBD_CMD_CACHE, NBD_CMD_FLAG_DF, 7, 9), EINVAL, EINVAL},
	    {C(NBD_CMD_CACHE, 0, 100000000, 9), EINVAL, EINVAL},
	    {C(NBD_CMD_BLOCK_STATUS, 0, 0, 100000000), EINVAL, 0},
	    {C(NBD_CMD_BLOCK_STATUS, NBD_CMD_FLAG_REQ_ONE, 0, 9), EINVAL, 0},
	    {C(NBD_CMD_BLOCK_STATUS, 0, 0, 0), EINVAL, EINVAL},
	    {C(NBD_CMD_BLOCK_STATUS, 0, 1, 100000000), EINVAL, EINVAL},
	    {C(NBD_CMD_WRITE, 0, 0, 9), EPERM, EPERM},
	    {C(NBD_CMD_WRITE, 0xffff, 0, 9), EPERM, EPERM},
	    {C(NBD_CMD_TRIM, 0, 0, 9), EPERM, EPERM},
	    {C(NBD_CMD_WRITE_ZEROES, 0, 0, 9), EPERM, EPERM},
	    {C(NBD_CMD_FLUSH, 0, 0, 0), EINVAL, EINVAL},
	    {C(8, 0, 0, 9), EINVAL, EINVAL},
	    {C(0xffff, 0, 0, 9), EINVAL, EINVAL},
#undef C
	};
	struct nbd_agreed simple = {.size = 100000000};
	struct nbd_agreed structured = {
	    .size = 100000000, .structured = true, .allocation = true};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		assert_int_equal(nbd_wire_check(&t[i].c, &simple, READ_MAX),
				 t[i].simple);
		assert_int_equal(nbd_wire_check(&t[i].c, &structured, READ_MAX),
				 t[i].structured);
	}
}

static void
test_heads(void **state)
{
	uint8_t b[NBD_HEAD_MAX];

	assert_int_equal(nbd_wire_simple(b, 0x0807060504030201, EPERM), 16);
	assert_memory_equal(b, "\x67\x44\x66\x98\0\0\0\1\10\7\6\5\4\3\2\1", 16);
	assert_int_equal(nbd_wire_simple(b, 1, ENODATA), 16);
	/* ENODATA is sent as EIO, since NBD lacks it */
	assert_int_equal(b[7], EIO);
	assert_int_equal(nbd_wire_data(b, 1, true, 0x1122334455667788, 16), 28);
	assert_memory_equal(b,
			    "\x66\x8e\x33\xef\0\1\0\1\0\0\0\0\0\0\0\1\0\0\0\x18"
			    "\x11\x22\x33\x44\x55\x66\x77\x88",
			    28);
	assert_int_equal(nbd_wire_data(b, 1, false, 0, 16), 28);
	assert_int_equal(b[5], 0);
	assert_int_equal(nbd_wire_end(b, 1, EIO), 26);
	assert_memory_equal(b,
			    "\x66\x8e\x33\xef\0\1\x80\1\0\0\0\0\0\0\0\1\0\0\0\6"
			    "\0\0\0\5\0\0",
			    26);
	assert_int_equal(nbd_wire_end(b, 1, 0), 20);
	assert_int_equal(nbd_wire_allocated(b, 1, 512), 32);
	assert_memory_equal(b + 20, "\0\0\0\1\0\0\2\0\0\0\0\0", 12);
}

static void
test_export(void **state)
{
	uint8_t b[NBD_EXPORT_SIZE];
	struct nbd_agreed a = {.size = 258, .zeroes = true};
	struct writer w = writer_init(b, sizeof b);

	nbd_wire_export(&w, &a);
	assert_int_equal(w.wrote, NBD_EXPORT_SIZE);
	assert_memory_equal(b, "\0\0\0\0\0\0\1\2\5\3\0\0", 12);
	a.zeroes = false;
	a.structured = true;
	w = writer_init(b, sizeof b);
	nbd_wire_export(&w, &a);
	assert_int_equal(w.wrote, 10);
	assert_memory_equal(b + 8, "\5\x83", 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_option), cmocka_unit_test(test_go),
	    cmocka_unit_test(test_meta),   cmocka_unit_test(test_command),
	    cmocka_unit_test(test_check),  cmocka_unit_test(test_heads),
	    cmocka_unit_test(test_export),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
