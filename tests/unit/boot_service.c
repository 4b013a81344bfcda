/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of one member with several guests: boot services and a router. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"
#include "membership/client/client.h"
#include "membership/member.h"

#define PATIENCE_NS 20000000000LL
#define SERVICES 2

/* Records the calls of one client's callbacks: how many there were for
 * nodes, departures, views and leases, how many for leases before the first
 * view, and the node and lease of the last such calls. */
struct told {
	unsigned nodes, gones, views, leases;
	unsigned leases_before_view;
	struct proto_node node; /* node of the last call */
	struct proto_lease lease;
};

static struct loop *loop;
static char path[64];
static struct member *member;
static struct member_client *router, *service[SERVICES];
static struct told by_router, by[SERVICES];

static bool (*until)(void);
static int64_t deadline_ns;

static void
check(void *ctx)
{
	struct loop_timer *t = ctx;

	if (until() || loop_now_ns(loop) > deadline_ns)
		loop_stop(loop);
	else
		loop_timer_set(loop, t, loop_now_ns(loop) + 1000000);
}

static void
run_until(bool (*condition)(void))
{
	struct loop_timer t = {.fire = check, .ctx = &t};

	until = condition;
	deadline_ns = clock_now_ns() + PATIENCE_NS;
	loop_timer_set(loop, &t, clock_now_ns());
	assert_int_equal(loop_run(loop), 0);
	assert_true(condition());
}

static void
on_node(void *ctx, const struct proto_node *n)
{
	struct told *t = ctx;

	t->nodes++;
	t->node = *n;
}

static void
on_hold(void *ctx, const struct proto_hold *h)
{
}

static void
on_gone(void *ctx, const struct node_id *id, enum proto_reason reason)
{
	struct told *t = ctx;

	t->gones++;
}

static void
on_view(void *ctx, uint64_t seq)
{
	struct told *t = ctx;

	if (t->views++ == 0)
		t->leases_before_view = t->leases;
}

static void
on_lease(void *ctx, const struct proto_lease *l)
{
	struct told *t = ctx;

	t->leases++;
	t->lease = *l;
}

static const struct member_client_ops router_ops = {
    .node = on_node, .hold = on_hold, .gone = on_gone, .view = on_view};
static const struct member_client_ops service_ops = {.node = on_node,
						     .hold = on_hold,
						     .gone = on_gone,
						     .view = on_view,
						     .lease = on_lease};

static void
start_member(void)
{
	struct member_settings s = {.socket_path = path};

	member = member_new(loop, &s);
	assert_non_null(member);
}

static void
start_router(void)
{
	struct proto_node self = {.name = "n1", .serves = true};

	self.id.b[0] = 7;
	/* ignored: only a member gives places in the turn queue */
	self.boots = 99;
	assert_int_equal(address_parse("192.0.2.1", PORT_NBD, &self.nbd), 0);
	router =
	    member_client_new(loop, path, NULL, 0, &router_ops, &by_router);
	assert_non_null(router);
	member_client_announce(router, &self);
}

static void
start_service(int i)
{
	memset(&by[i], 0, sizeof by[i]);
	service[i] =
	    member_client_new(loop, path, NULL, 0, &service_ops, &by[i]);
	assert_non_null(service[i]);
}

static int
begin(void **state)
{
	snprintf(path, sizeof path, "/tmp/vf-boot-%d", (int)getpid());
	loop = loop_new();
	memset(&by_router, 0, sizeof by_router);
	start_member();
	start_router();
	start_service(0);
	return loop == NULL;
}

static int
end(void **state)
{
	for (int i = 0; i < SERVICES; i++) {
		member_client_free(service[i]);
		service[i] = NULL;
	}
	member_client_free(router);
	member_free(member);
	loop_free(loop);
	return 0;
}

static struct proto_lease
a_lease(uint8_t last)
{
	struct proto_lease l = {.mac = {2, 0, 0, 0, 0, last},
				.ip = {10, 77, 0, last},
				.left_s = 600,
				.stage = BOOT_ROM,
				.name = "n2"};

	return l;
}

/* Functions for run_until, which waits until one returns true. */

static bool
node_known(void)
{
	return by[0].nodes > 0 && by[0].views > 0;
}

static bool
first_in_queue(void)
{
	return by[0].node.boots == 1;
}

static bool
out_of_queue(void)
{
	return by[0].nodes > 0 && by[0].node.boots == 0;
}

static bool
viewed1(void)
{
	return by[1].views > 0;
}

static bool
lease1(void)
{
	return by[1].leases > 0;
}

static bool
lease0_up(void)
{
	return by[0].leases > 0 && by[0].lease.stage == BOOT_UP;
}

static bool
lost(void)
{
	return member_client_alone(service[0]);
}

static void
it_takes_its_place(void **state)
{
	run_until(node_known);
	assert_int_equal(by[0].node.boots, 0);
	assert_false(by[0].node.satellite);
	assert_false(member_client_alone(service[0]));
	member_client_boots(service[0], true);
	run_until(first_in_queue);
	member_client_boots(service[0], false);
	run_until(out_of_queue);
}

static void
its_end_is_seen(void **state)
{
	start_service(1);
	run_until(viewed1);
	member_client_boots(service[1], true);
	run_until(first_in_queue);
	member_client_free(service[1]);
	service[1] = NULL;
	run_until(out_of_queue);
}

static void
leases_come_before_the_view(void **state)
{
	struct proto_lease l = a_lease(2);

	run_until(node_known);
	member_client_lease(service[0], &l);
	l = a_lease(3);
	member_client_lease(service[0], &l);
	member_client_boots(service[0], true);
	run_until(first_in_queue); /* the NODE comes after the leases */
	start_service(1);
	run_until(viewed1);
	assert_int_equal(by[1].leases_before_view, 2);
	/* a boot service is sent the other's leases, but not its own */
	assert_int_equal(by[0].leases, 0);
	l.stage = BOOT_UP;
	member_client_lease(service[1], &l);
	run_until(lease0_up);
	assert_int_equal(by[0].leases, 1);
	assert_int_equal(by[0].lease.mac[5], 3);
	assert_string_equal(by[0].lease.name, "n2");
}

static void
a_new_member_is_told_again(void **state)
{
	struct proto_lease l = a_lease(2);

	run_until(node_known);
	member_client_lease(service[0], &l);
	member_client_boots(service[0], true);
	run_until(first_in_queue);
	member_free(member);
	run_until(lost);
	memset(&by[0], 0, sizeof by[0]);
	start_member();
	run_until(first_in_queue);
	start_service(1);
	run_until(lease1);
	assert_int_equal(by[1].lease.mac[5], 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(it_takes_its_place, begin, end),
	    cmocka_unit_test_setup_teardown(its_end_is_seen, begin, end),
	    cmocka_unit_test_setup_teardown(leases_come_before_the_view, begin,
					    end),
	    cmocka_unit_test_setup_teardown(a_new_member_is_told_again, begin,
					    end),
	};

	log_init("boot_service", false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
