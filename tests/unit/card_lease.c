/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of the values that a DHCP server sends: right values are taken over,
 * all others are ignored. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <string.h>

#include "initramfs/lease.h"

static in_addr_t
ip(const char *text)
{
	return inet_addr(text);
}

static void
test_usual(void **state)
{
	char *words[] = {"interface=eth0",
			 "ip=10.77.0.9",
			 "subnet=255.255.0.0",
			 "mask=16",
			 "router=10.77.0.1 10.77.0.2",
			 "dns=10.77.0.1 10.77.0.3",
			 "domain=lab.example",
			 "hostname=node09",
			 "siaddr=10.77.0.4",
			 "serverid=10.77.0.5",
			 "mtu=1400",
			 NULL};
	char out[512] = "";
	FILE *to = fmemopen(out, sizeof out, "w");
	struct lease l;

	assert_int_equal(lease_read(words, &l), 0);
	assert_int_equal(l.address, ip("10.77.0.9"));
	assert_int_equal(l.prefix, 16);
	assert_int_equal(l.mtu, 1400);
	assert_int_equal(l.nroutes, 2);
	assert_int_equal(l.routes[0].via, ip("10.77.0.1"));
	assert_int_equal(l.routes[0].metric, 0);
	assert_int_equal(l.routes[1].via, ip("10.77.0.2"));
	assert_int_equal(l.routes[1].metric, 1);
	assert_false(l.routes[0].outside);
	lease_write(&l, "eth0", to);
	fclose(to);
	assert_string_equal(out, "net_device='eth0'\n"
				 "net_address='10.77.0.9'\n"
				 "net_name='node09'\n"
				 "net_domain='lab.example'\n"
				 "net_dns='10.77.0.1 10.77.0.3'\n"
				 "net_server='10.77.0.4'\n");
}

static void
test_hostile(void **state)
{
	char *words[] = {"ip=10.77.0.9",
			 "mask=33",
			 "router=10.77.0.300 127.0.0.1 0.0.0.0 224.0.0.1 x "
			 "1111111111111111111111111111 10.77.0.1",
			 "dns=';reboot;' 10.77.0.1'",
			 "domain=a b';$(reboot)`",
			 "hostname='\n\\;x",
			 "siaddr=no",
			 "mtu=68",
			 NULL};
	struct lease l;

	assert_int_equal(lease_read(words, &l), 0);
	assert_int_equal(l.prefix, 24);
	assert_int_equal(l.nroutes, 1);
	assert_int_equal(l.routes[0].via, ip("10.77.0.1"));
	assert_int_equal(l.ndns, 0);
	assert_string_equal(l.domain, "abreboot");
	assert_string_equal(l.name, "x");
	assert_int_equal(l.server, 0);
	assert_int_equal(l.mtu, 0);
}

static void
test_no_mask(void **state)
{
	static char *const bad[] = {"mask=0", "mask=0.0.0.0",
				    "mask=", "mask=255.0.255.0"};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char *words[] = {"ip=10.77.0.9", bad[i], NULL};
		struct lease l;

		assert_int_equal(lease_read(words, &l), 0);
		assert_int_equal(l.prefix, 24);
	}
}

static void
test_no_address(void **state)
{
	static char *const bad[] = {"ip=",          "ip=0.0.0.0",
				    "ip=127.0.0.1", "ip=255.255.255.255",
				    "ip=1.2.3",     "ipx=10.0.0.1"};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char *words[] = {bad[i], "mask=24", NULL};
		struct lease l;

		assert_int_equal(lease_read(words, &l), -1);
	}
}

static void
test_classless(void **state)
{
	char *words[] = {"ip=192.0.2.9", "mask=32", "router=192.0.2.200",
			 "staticroutes=10.1.2.3/8 192.0.2.1 0.0.0.0/0 "
			 "192.0.2.2 192.0.2.0/24 0.0.0.0 10.0.0.0/40 192.0.2.1",
			 NULL};
	struct lease l;

	assert_int_equal(lease_read(words, &l), 0);
	assert_int_equal(l.nroutes, 3);
	assert_int_equal(l.routes[0].to, ip("10.0.0.0"));
	assert_int_equal(l.routes[0].prefix, 8);
	assert_true(l.routes[0].outside);
	assert_int_equal(l.routes[1].prefix, 0);
	assert_int_equal(l.routes[1].via, ip("192.0.2.2"));
	assert_int_equal(l.routes[2].via, 0);
	assert_false(l.routes[2].outside);
}

static void
test_too_many(void **state)
{
	char routers[40 * 10] = "router=";
	char *words[] = {"ip=10.77.0.9", "mask=24", routers, NULL};
	struct lease l;

	for (int i = 0; i < 30; i++)
		strcat(routers, "10.77.0.7 ");
	assert_int_equal(lease_read(words, &l), 0);
	assert_int_equal(l.nroutes, LEASE_ROUTES);
}

static void
test_by_hand(void **state)
{
	struct lease l;

	assert_int_equal(lease_parse_address("10.77.0.1/16", &l), 0);
	assert_int_equal(l.prefix, 16);
	assert_int_equal(lease_parse_address("10.77.0.1/255.255.255.0", &l), 0);
	assert_int_equal(l.prefix, 24);
	assert_true(lease_add_gateway(&l, ip("10.77.0.254")));
	assert_int_equal(lease_parse_address("10.77.0.1", &l), -1);
	assert_int_equal(lease_parse_address("10.77.0.1/", &l), -1);
	assert_int_equal(lease_parse_address("10.77.0.1/255.0.255.0", &l), -1);
	assert_int_equal(lease_parse_address("/24", &l), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_usual),     cmocka_unit_test(test_hostile),
	    cmocka_unit_test(test_no_mask),   cmocka_unit_test(test_no_address),
	    cmocka_unit_test(test_classless), cmocka_unit_test(test_too_many),
	    cmocka_unit_test(test_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
