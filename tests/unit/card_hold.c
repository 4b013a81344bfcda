/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of what struct hold (initramfs/hold.h), which stands for the card on
 * which the root depends, demands when the kernel sends messages about that
 * card. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <string.h>

#include "initramfs/hold.h"

#define OURS 2
#define OTHER 3

static const uint8_t mac[RTNL_MAC] = {0x52, 0x54, 0, 1, 2, 3};

static struct rtnl_news
link_news(int index, const char *name, bool up)
{
	struct rtnl_news n = {
	    .kind = RTNL_LINK, .index = index, .up = up, .has_mac = true};

	memcpy(n.mac, mac, sizeof n.mac);
	strcpy(n.name, name);
	return n;
}

static struct lease
lease_of(const char *address)
{
	struct lease l;

	assert_int_equal(lease_parse_address(address, &l), 0);
	lease_add_gateway(&l, inet_addr("10.77.0.254"));
	return l;
}

/* Returns the struct hold of a card that is up and has the address
 * 10.77.0.5/24. */
static struct hold
held(void)
{
	struct hold h = {.index = OURS, .name = "eth0"};
	struct rtnl_news n = link_news(OURS, "eth0", true);
	struct lease l = lease_of("10.77.0.5/24");

	assert_int_equal(hold_heard(&h, &n), 0);
	hold_lease(&h, &l);
	return h;
}

static void
test_taken_away(void **state)
{
	static const struct {
		enum rtnl_kind kind;
		int index;
		const char *to;
		uint8_t prefix;
		const char *via;
		unsigned what;
	} cases[] = {
	    {RTNL_ADDRESS_GONE, OURS, "10.77.0.5", 24, "0.0.0.0",
	     HOLD_PUT_BACK},
	    {RTNL_ADDRESS_GONE, OURS, "10.77.0.6", 24, "0.0.0.0", 0},
	    {RTNL_ADDRESS_GONE, OTHER, "10.77.0.5", 24, "0.0.0.0", 0},
	    {RTNL_ROUTE_GONE, OURS, "0.0.0.0", 0, "10.77.0.254", HOLD_PUT_BACK},
	    {RTNL_ROUTE_GONE, OURS, "0.0.0.0", 0, "10.77.0.253", 0},
	    {RTNL_ROUTE_GONE, OURS, "10.77.0.0", 24, "0.0.0.0", HOLD_PUT_BACK},
	    {RTNL_ROUTE_GONE, OURS, "10.78.0.0", 24, "0.0.0.0", 0},
	    {RTNL_ROUTE_GONE, OTHER, "10.77.0.0", 24, "0.0.0.0", 0},
	    {RTNL_ERROR, OURS, "10.77.0.5", 24, "0.0.0.0", 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct hold h = held();
		struct rtnl_news n = {
		    .kind = cases[i].kind,
		    .index = cases[i].index,
		    .route = {.to = inet_addr(cases[i].to),
			      .prefix = cases[i].prefix,
			      .via = inet_addr(cases[i].via)}};

		assert_int_equal(hold_heard(&h, &n), cases[i].what);
	}
}

static void
test_down_and_up(void **state)
{
	struct hold h = held();
	struct rtnl_news down = link_news(OURS, "eth0", false);
	struct rtnl_news up = link_news(OURS, "eth0", true);

	assert_int_equal(hold_heard(&h, &down), HOLD_PUT_BACK);
	/* the kernel drops routes when a card goes down, so they are put
	 * back */
	assert_int_equal(hold_heard(&h, &up), HOLD_PUT_BACK);
	assert_int_equal(hold_heard(&h, &up), 0);
}

static void
test_renamed(void **state)
{
	struct hold h = held();
	struct rtnl_news n = link_news(OURS, "enp0s3", true);

	assert_int_equal(hold_heard(&h, &n), HOLD_RENAMED);
	assert_string_equal(h.name, "enp0s3");
	assert_int_equal(hold_heard(&h, &n), 0);
	/* another card takes the name that this card had */
	n = link_news(OTHER, "eth0", true);
	assert_int_equal(hold_heard(&h, &n), 0);
	assert_string_equal(h.name, "enp0s3");
}

static void
test_gone_and_back(void **state)
{
	struct hold h = held();
	struct rtnl_news gone = {.kind = RTNL_LINK_GONE, .index = OURS};
	struct rtnl_news n = link_news(7, "eth1", false);

	assert_int_equal(hold_heard(&h, &gone), HOLD_LOST);
	assert_int_equal(h.index, 0);
	n.stacked = true; /* a bridge that has the MAC address of its port */
	assert_int_equal(hold_heard(&h, &n), 0);
	n.stacked = false;
	n.mac[5]++;
	assert_int_equal(hold_heard(&h, &n), 0);
	n.mac[5]--;
	assert_int_equal(hold_heard(&h, &n), HOLD_PUT_BACK | HOLD_RENAMED);
	assert_int_equal(h.index, 7);
	assert_string_equal(h.name, "eth1");
}

static void
test_first_address_stays(void **state)
{
	struct hold h = held();
	struct lease second = lease_of("10.77.0.6/24");
	struct lease third = lease_of("10.77.0.7/24");

	hold_lease(&h, &second);
	assert_int_equal(h.naddresses, 2);
	hold_lease(&h, &third);
	assert_int_equal(h.naddresses, 2);
	assert_int_equal(h.addresses[0].ip, inet_addr("10.77.0.5"));
	assert_int_equal(h.addresses[1].ip, inet_addr("10.77.0.7"));
	assert_int_equal(h.nroutes, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_taken_away),
	    cmocka_unit_test(test_down_and_up),
	    cmocka_unit_test(test_renamed),
	    cmocka_unit_test(test_gone_and_back),
	    cmocka_unit_test(test_first_address_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
