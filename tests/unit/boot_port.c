/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests that a port's socket is found in the kernel's table of UDP sockets, in
 * the form of /proc/net/udp. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "boot/port.h"

static const char table[] =
    "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
    "retrnsmt   uid  timeout inode ref pointer drops\n"
    "  325: 00000000:0043 00000000:0000 07 00000000:00000000 00:00000000 "
    "00000000     0        0 71834 2 0000000000000000 0\n"
    "  327: 00000000000000000000000000000000:0045 "
    "00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 "
    "00000000     0        0 918 2 0000000000000000 0\n"
    "nonsense\n";

static void
test_inode(void **state)
{
	static const struct {
		uint16_t port;
		unsigned long inode;
	} cases[] = {{67, 71834}, {69, 918}, {68, 0}, {0, 0}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		FILE *f = fmemopen((void *)table, strlen(table), "r");

		assert_int_equal(port_inode(f, cases[i].port), cases[i].inode);
		fclose(f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_inode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
