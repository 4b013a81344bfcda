/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/epoll.h>
#include <unistd.h>

#include "lib/loop.h"

#define MS INT64_C(1000000)

struct world {
	struct loop *l;
	int order[16];
	int n;
};

struct alarm_clock {
	struct loop_timer t;
	struct world *w;
	int number;
};

static void
note(struct world *w, int number)
{
	assert_true(w->n < 16);
	w->order[w->n++] = number;
}

static void
ring(void *ctx)
{
	struct alarm_clock *a = ctx;

	note(a->w, a->number);
	if (a->number == 9)
		loop_stop(a->w->l);
}

static void
init_clocks(struct alarm_clock *a, int n, struct world *w)
{
	for (int i = 0; i < n; i++)
		a[i] = (struct alarm_clock){
		    .t = {.fire = ring, .ctx = &a[i]}, .w = w, .number = i};
}

static void
timers_fire_in_order(void **state)
{
	struct world w = {.l = loop_new()};
	struct alarm_clock a[10];
	int64_t now = loop_now_ns(w.l);

	init_clocks(a, 10, &w);
	loop_timer_set(w.l, &a[9].t, now + 9 * MS);
	loop_timer_set(w.l, &a[3].t, now + 3 * MS);
	loop_timer_set(w.l, &a[1].t, now + 1 * MS);
	loop_timer_set(w.l, &a[7].t, now + 7 * MS);
	loop_timer_set(w.l, &a[5].t, now + 5 * MS);
	loop_timer_set(w.l, &a[2].t, now + 40000 * MS);
	/* the timer is set again, to another time */
	loop_timer_set(w.l, &a[2].t, now + 2 * MS);
	loop_timer_cancel(w.l, &a[3].t);
	loop_timer_cancel(w.l, &a[3].t);
	loop_timer_cancel(w.l, &a[4].t); /* this timer was never set */
	assert_int_equal(loop_run(w.l), 0);
	assert_int_equal(w.n, 5);
	assert_memory_equal(w.order, ((int[]){1, 2, 5, 7, 9}), 5 * sizeof(int));
	assert_true(loop_now_ns(w.l) >= now + 9 * MS);
	loop_free(w.l);
}

/* A timer of the test many_timers, with what all its timers share: when the
 * last timer that fired was due, and how many have fired. */
struct counted {
	struct loop_timer t;
	int64_t *last_ns;
	uint32_t *fired;
};

static void
count_up(void *ctx)
{
	struct counted *c = ctx;

	assert_true(c->t.due_ns >= *c->last_ns);
	*c->last_ns = c->t.due_ns;
	++*c->fired;
}

static void
stop_it(void *ctx)
{
	loop_stop(ctx);
}

static void
many_timers(void **state)
{
	enum { N = 2000 };
	static struct counted c[N];
	struct loop *l = loop_new();
	struct loop_timer end = {.fire = stop_it, .ctx = l};
	int64_t last_ns = 0, base = loop_now_ns(l) - 100 * MS;
	uint32_t fired = 0, rng = 1, cancelled = 0;

	for (int round = 0; round < 3; round++)
		for (int i = 0; i < N; i++) {
			rng = rng * 1103515245 + 12345;
			c[i].t.fire = count_up;
			c[i].t.ctx = &c[i];
			c[i].last_ns = &last_ns;
			c[i].fired = &fired;
			loop_timer_set(l, &c[i].t, base + rng % (50 * MS));
		}
	for (int i = 0; i < N; i += 3, cancelled++)
		loop_timer_cancel(l, &c[i].t);
	loop_timer_set(l, &end, base + 60 * MS);
	assert_int_equal(loop_run(l), 0);
	assert_int_equal(fired, N - cancelled);
	loop_free(l);
}

/* Sets the timer again, so that it is always due; sources must be dispatched
 * nevertheless. */
static void
again(void *ctx)
{
	struct alarm_clock *a = ctx;

	loop_timer_set(a->w->l, &a->t, 0);
}

static void
readable(void *ctx, uint32_t events)
{
	struct world *w = ctx;

	note(w, events);
	loop_stop(w->l);
}

static void
timers_do_not_starve_sources(void **state)
{
	struct world w = {.l = loop_new()};
	struct alarm_clock a = {.t = {.fire = again, .ctx = &a}, .w = &w};
	struct loop_source s = {
	    .events = EPOLLIN, .ready = readable, .ctx = &w};
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	s.fd = fds[0];
	loop_timer_set(w.l, &a.t, 0);
	assert_int_equal(loop_add(w.l, &s), 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	assert_int_equal(loop_run(w.l), 0);
	assert_int_equal(w.order[0], EPOLLIN);
	loop_remove(w.l, &s);
	loop_free(w.l);
	close(fds[0]);
	close(fds[1]);
}

/* Two sources that are ready in the same round.  The first to be dispatched
 * removes both, so the second must not be dispatched. */
struct pair {
	struct loop *l;
	struct loop_source s[2];
	int heard;
};

static void
remove_both(void *ctx, uint32_t events)
{
	struct pair *p = ctx;

	p->heard++;
	for (int i = 0; i < 2; i++) {
		loop_remove(p->l, &p->s[i]);
		p->s[i].ctx = NULL; /* this source is removed */
	}
	loop_stop(p->l);
}

static void
removed_sources_are_silent(void **state)
{
	struct pair p = {.l = loop_new()};
	int fds[2][2];

	for (int i = 0; i < 2; i++) {
		assert_int_equal(pipe(fds[i]), 0);
		p.s[i] = (struct loop_source){.fd = fds[i][0],
					      .events = EPOLLIN,
					      .ready = remove_both,
					      .ctx = &p};
		assert_int_equal(loop_add(p.l, &p.s[i]), 0);
		assert_int_equal(write(fds[i][1], "x", 1), 1);
	}
	assert_int_equal(loop_run(p.l), 0);
	assert_int_equal(p.heard, 1);
	assert_false(p.s[0].added || p.s[1].added);
	for (int i = 0; i < 2; i++) {
		close(fds[i][0]);
		close(fds[i][1]);
	}
	loop_free(p.l);
}

static void
events_can_change(void **state)
{
	struct world w = {.l = loop_new()};
	struct alarm_clock a[10];
	struct loop_source s = {
	    .events = EPOLLIN, .ready = readable, .ctx = &w};
	int fds[2];

	init_clocks(a, 10, &w);
	assert_int_equal(pipe(fds), 0);
	s.fd = fds[1];
	assert_int_equal(loop_add(w.l, &s), 0);
	loop_timer_set(w.l, &a[9].t, loop_now_ns(w.l) + MS);
	assert_int_equal(loop_run(w.l), 0);
	/* the source was not dispatched as readable */
	assert_int_equal(w.order[0], 9);
	assert_int_equal(loop_set_events(w.l, &s, EPOLLOUT), 0);
	assert_int_equal(loop_run(w.l), 0);
	assert_int_equal(w.order[1], EPOLLOUT);
	loop_remove(w.l, &s);
	loop_free(w.l);
	close(fds[0]);
	close(fds[1]);
}

static void
got_signal(void *ctx, int signo)
{
	struct world *w = ctx;

	note(w, signo);
	if (signo == SIGTERM)
		loop_stop(w->l);
}

static void
idled(void *ctx)
{
	struct world *w = ctx;

	if (w->n == 2)
		note(w, -1);
}

static void
signals_and_idle(void **state)
{
	struct world w = {.l = loop_new()};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGTERM);
	assert_int_equal(loop_signals(w.l, &set, got_signal, &w), 0);
	loop_set_idle(w.l, idled, &w);
	raise(SIGUSR1);
	/* a signal that is pending already is not queued twice */
	raise(SIGUSR1);
	raise(SIGTERM);
	assert_int_equal(loop_run(w.l), 0);
	assert_int_equal(w.n, 2);
	raise(SIGTERM);
	assert_int_equal(loop_run(w.l), 0);
	assert_int_equal(w.order[2], -1);
	assert_int_equal(w.order[3], SIGTERM);
	loop_free(w.l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(timers_fire_in_order),
	    cmocka_unit_test(many_timers),
	    cmocka_unit_test(timers_do_not_starve_sources),
	    cmocka_unit_test(removed_sources_are_silent),
	    cmocka_unit_test(events_can_change),
	    cmocka_unit_test(signals_and_idle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
