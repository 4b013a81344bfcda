/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests that a child process is started, started again after it died, and
 * ended. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/child.h"

#define FAR_MS 600000 /* ms: a time of grace longer than any test takes */

enum life {
	LIFE_WAIT,  /* the child waits until a signal ends it */
	LIFE_DEAF,  /* the child ignores SIGTERM: only SIGKILL ends it */
	LIFE_EXIT3, /* the child exits with status 3 at once */
	LIFE_NONE,  /* the child cannot be started */
};

struct world {
	struct loop *loop;
	struct child child;
	enum life life;
	int spawned, died, stopped, killed;
	/* the result of the callback `died`: true: start the child again */
	bool again;
	int until_spawned, until_stopped;
	char how[CHILD_HOW];
};

static void
live(enum life life, int ready)
{
	sigset_t none;

	sigemptyset(&none);
	if (life == LIFE_EXIT3)
		_exit(3);
	signal(SIGTERM, life == LIFE_DEAF ? SIG_IGN : SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	close(ready);
	for (;;)
		pause();
}

static void
look(struct world *w)
{
	if ((w->until_spawned != 0 && w->spawned >= w->until_spawned) ||
	    (w->until_stopped != 0 && w->stopped >= w->until_stopped))
		loop_stop(w->loop);
}

static pid_t
spawn(void *ctx)
{
	struct world *w = ctx;
	int fds[2];
	char byte;
	pid_t pid;

	w->spawned++;
	look(w);
	if (w->life == LIFE_NONE)
		return -1;
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		live(w->life, fds[1]);
	}
	close(fds[1]);
	/* the child has set its signals */
	assert_int_equal(read(fds[0], &byte, 1), 0);
	close(fds[0]);
	return pid;
}

static bool
died(void *ctx, pid_t pid, const char *how)
{
	struct world *w = ctx;

	assert_int_equal(w->child.state, CHILD_DOWN);
	assert_true(pid > 0);
	w->died++;
	strcpy(w->how, how);
	if (!w->again)
		loop_stop(w->loop);
	return w->again;
}

static void
stopped(void *ctx)
{
	struct world *w = ctx;

	w->stopped++;
	look(w);
}

static void
kill_it(void *ctx)
{
	struct world *w = ctx;

	w->killed++;
	kill(w->child.pid, SIGKILL);
}

static void
on_signal(void *ctx, int signo)
{
	struct world *w = ctx;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		assert_true(child_reaped(&w->child, pid, status));
}

static int
setup(void **state)
{
	static const struct child_ops ops = {
	    .spawn = spawn, .died = died, .stopped = stopped, .kill = kill_it};
	struct world *w = calloc(1, sizeof *w);
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	w->loop = loop_new();
	assert_int_equal(loop_signals(w->loop, &set, on_signal, w), 0);
	child_init(&w->child, w->loop, "test", &ops, w);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	child_finish(&w->child);
	assert_int_equal(w->child.pid, 0);
	assert_int_equal(w->child.state, CHILD_DOWN);
	loop_free(w->loop);
	free(w);
	return 0;
}

static void
run_until_spawned(struct world *w, int n)
{
	w->until_spawned = n;
	loop_run(w->loop);
	w->until_spawned = 0;
}

static void
run_until_stopped(struct world *w, int n)
{
	w->until_stopped = n;
	loop_run(w->loop);
	w->until_stopped = 0;
}

static void
starts_and_stops(void **state)
{
	struct world *w = *state;

	assert_int_equal(w->child.state, CHILD_DOWN);
	child_stop(&w->child, FAR_MS);
	child_renew(&w->child, FAR_MS);
	assert_int_equal(w->spawned, 0);
	child_start(&w->child);
	assert_int_equal(w->child.state, CHILD_STARTING);
	assert_false(w->child.was_ready);
	child_ready(&w->child);
	assert_int_equal(w->child.state, CHILD_UP);
	assert_true(w->child.was_ready);
	child_start(&w->child); /* does nothing, since the child runs */
	assert_int_equal(w->spawned, 1);
	kill(w->child.pid, SIGSTOP);
	child_stop(&w->child, FAR_MS);
	assert_int_equal(w->child.state, CHILD_ENDING);
	run_until_stopped(w, 1);
	assert_int_equal(w->child.state, CHILD_DOWN);
	assert_int_equal(w->child.pid, 0);
	assert_int_equal(w->died + w->killed, 0);
}

static void
one_that_is_deaf_is_killed(void **state)
{
	struct world *w = *state;

	w->life = LIFE_DEAF;
	child_start(&w->child);
	child_stop(&w->child, 1);
	run_until_stopped(w, 1);
	assert_int_equal(w->killed, 1);
	assert_int_equal(w->died, 0);
}

static void
one_that_dies_is_started_again_and_later_each_time(void **state)
{
	struct world *w = *state;

	w->again = true;
	child_start(&w->child);
	child_ready(&w->child);
	kill(w->child.pid, SIGKILL);
	run_until_spawned(w, 2);
	assert_string_equal(w->how, "was killed by signal 9 (Killed)");
	assert_int_equal(w->child.backoff.tries, 1);
	w->life = LIFE_EXIT3;
	kill(w->child.pid, SIGKILL);
	run_until_spawned(w, 4);
	assert_string_equal(w->how, "ended with status 3");
	assert_int_equal(w->child.backoff.tries, 3);
	w->child.started_ns -= CHILD_WELL_MS * INT64_C(1000000);
	run_until_spawned(w, 5);
	assert_int_equal(w->child.backoff.tries, 1);
}

static void
what_cannot_be_started_is_tried_again(void **state)
{
	struct world *w = *state;

	w->life = LIFE_NONE;
	child_start(&w->child);
	assert_int_equal(w->child.state, CHILD_PAUSING);
	run_until_spawned(w, 3);
	child_stop(&w->child, FAR_MS);
	assert_int_equal(w->child.state, CHILD_DOWN);
	w->life = LIFE_WAIT;
	child_start(&w->child);
	assert_int_equal(w->child.state, CHILD_STARTING);
}

static void
death_can_be_final(void **state)
{
	struct world *w = *state;

	w->life = LIFE_EXIT3;
	child_start(&w->child);
	loop_run(w->loop);
	assert_int_equal(w->died, 1);
	assert_int_equal(w->child.state, CHILD_DOWN);
	assert_int_equal(w->spawned, 1);
}

/* If child_start is called while the process is being ended, the process is
 * started again afterwards, and its end does not count as a death. */
static void
renewed(void **state)
{
	struct world *w = *state;

	child_start(&w->child);
	child_renew(&w->child, FAR_MS);
	assert_int_equal(w->child.state, CHILD_RENEWING);
	run_until_spawned(w, 2);
	assert_int_equal(w->child.state, CHILD_STARTING);
	child_stop(&w->child, FAR_MS);
	child_start(&w->child);
	assert_int_equal(w->child.state, CHILD_RENEWING);
	run_until_spawned(w, 3);
	child_renew(&w->child, FAR_MS);
	child_stop(&w->child, FAR_MS);
	run_until_stopped(w, 1);
	assert_int_equal(w->child.state, CHILD_DOWN);
	assert_int_equal(w->spawned, 3);
	assert_int_equal(w->died, 0);
}

static void
other_processes_are_not_its_own(void **state)
{
	struct world *w = *state;

	assert_false(child_reaped(&w->child, 0, 0));
	child_start(&w->child);
	assert_false(child_reaped(&w->child, w->child.pid + 1, 0));
	assert_int_equal(w->child.state, CHILD_STARTING);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(starts_and_stops),
	    TEST(one_that_is_deaf_is_killed),
	    TEST(one_that_dies_is_started_again_and_later_each_time),
	    TEST(what_cannot_be_started_is_tried_again),
	    TEST(death_can_be_final),
	    TEST(renewed),
	    TEST(other_processes_are_not_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
