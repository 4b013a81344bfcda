/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/supervise.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "vfield/launch.h"

#define NS_PER_MS INT64_C(1000000)
#define LOOK_MS 10 /* between two looks whether a child is ready */
#define TICK_MS 1000
#define PATIENCE_MS 5000 /* not ready after that: it is said, once */
#define STATUS_TEXT 160

enum child_state {
	CHILD_DOWN,     /* not started yet, or waits to be started again */
	CHILD_STARTING, /* runs, not ready */
	CHILD_UP,
	CHILD_ENDING, /* was sent SIGTERM */
};

struct child {
	const struct child_spec *spec;
	struct supervisor *sup;
	enum child_state state;
	pid_t pid; /* 0: none */
	int64_t started_ns;
	int pause_ms; /* before the start after the next death */
	bool awake;
	bool was_ready; /* once, at least */
	bool impatient; /* it was said that it takes long */
	struct loop_source ready;
	struct loop_timer timer; /* of its state */
};

struct supervisor {
	struct loop *loop;
	struct child *children;
	size_t n;
	const struct supervise_ops *ops;
	void *ctx;
	struct loop_timer tick;
	bool up;
	bool stopping;
	bool failed;
	char oom_score[LAUNCH_OOM_SCORE]; /* of those that are not vital */
};

static void child_start(struct child *c);

static void set_status(struct supervisor *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void
set_status(struct supervisor *s, const char *fmt, ...)
{
	char text[STATUS_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	s->ops->status(s->ctx, text);
}

/* How a process ended, in words. */
static const char *
describe(int status, char text[STATUS_TEXT])
{
	if (WIFSIGNALED(status))
		snprintf(text, STATUS_TEXT, "was killed by signal %d (%s)",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(text, STATUS_TEXT, "ended with status %d",
			 WEXITSTATUS(status));
	return text;
}

static void
timer_in(struct child *c, int ms)
{
	loop_timer_set(c->sup->loop, &c->timer,
		       clock_now_ns() + ms * NS_PER_MS);
}

static void
look_again(struct child *c)
{
	timer_in(c, c->spec->ready_by == READY_FD ? PATIENCE_MS : LOOK_MS);
}

static void
forget_ready_fd(struct child *c)
{
	if (c->ready.fd == -1)
		return;
	loop_remove(c->sup->loop, &c->ready);
	close(c->ready.fd);
	c->ready.fd = -1;
}

static void
tick_fire(void *ctx)
{
	struct supervisor *s = ctx;

	if (s->stopping)
		return;
	loop_timer_set(s->loop, &s->tick, clock_now_ns() + TICK_MS * NS_PER_MS);
	s->ops->tick(s->ctx, s);
}

static void
start_next(struct supervisor *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->children[i].was_ready || !s->children[i].awake)
			continue;
		if (s->children[i].state == CHILD_DOWN)
			child_start(&s->children[i]);
		return;
	}
	if (s->up)
		return;
	s->up = true;
	s->ops->ready(s->ctx);
	if (s->ops->tick != NULL)
		loop_timer_set(s->loop, &s->tick, clock_now_ns());
}

static void
child_is_ready(struct child *c)
{
	struct supervisor *s = c->sup;

	forget_ready_fd(c);
	loop_timer_cancel(s->loop, &c->timer);
	c->state = CHILD_UP;
	log_debug("%s (pid %d) is ready", c->spec->name, (int)c->pid);
	if (s->up)
		set_status(s, "%s runs%s", c->spec->name,
			   c->was_ready ? " again" : "");
	c->was_ready = true;
	if (!s->up)
		start_next(s);
}

static bool
socket_answers(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	AUTO_CLOSE int fd =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd == -1 || strlen(path) >= sizeof sun.sun_path)
		return false;
	memcpy(sun.sun_path, path, strlen(path) + 1);
	return connect(fd, (struct sockaddr *)&sun, sizeof sun) == 0;
}

static bool
looks_ready(const struct child *c)
{
	struct stat st;

	switch (c->spec->ready_by) {
	case READY_SOCKET:
		return socket_answers(c->spec->ready_path);
	case READY_FILE:
		return stat(c->spec->ready_path, &st) == 0 && st.st_size > 0;
	case READY_AT_ONCE:
		return true;
	case READY_FD:
		break; /* it says so itself */
	}
	return false;
}

static void
ready_fd_event(void *ctx, uint32_t events)
{
	struct child *c = ctx;
	char byte;

	/* Without a byte it is the end of the child, of which SIGCHLD tells. */
	if (read(c->ready.fd, &byte, 1) == 1)
		child_is_ready(c);
	else
		forget_ready_fd(c);
}

static void
kill_child(struct child *c, int signo)
{
	if (c->pid > 0)
		kill(c->pid, signo);
}

static void
say_waiting(const struct child *c)
{
	const char *what = c->spec->waits_for;

	log_info("%s (pid %d) is not ready yet%s%s", c->spec->name, (int)c->pid,
		 what != NULL ? ": it waits for " : "",
		 what != NULL ? what : "");
	set_status(c->sup, "waiting for %s",
		   what != NULL ? what : c->spec->name);
}

static void
child_timer(void *ctx)
{
	struct child *c = ctx;
	int64_t age_ms = (clock_now_ns() - c->started_ns) / NS_PER_MS;

	switch (c->state) {
	case CHILD_DOWN:
		child_start(c);
		break;
	case CHILD_STARTING:
		if (looks_ready(c)) {
			child_is_ready(c);
			break;
		}
		if (age_ms >= PATIENCE_MS && !c->impatient) {
			c->impatient = true;
			say_waiting(c);
		}
		look_again(c);
		break;
	case CHILD_ENDING:
		/* A grace of its own: it is known that it may not end. */
		if (c->spec->grace_ms == 0)
			log_warn("%s (pid %d) does not end; killing it",
				 c->spec->name, (int)c->pid);
		kill_child(c, SIGKILL);
		break;
	case CHILD_UP:
		break;
	}
}

static int
watch_ready_fd(struct child *c, int fd)
{
	c->ready.fd = fd;
	c->ready.events = EPOLLIN;
	return loop_add(c->sup->loop, &c->ready);
}

/* Starts it again, after a pause if its last lives were short. */
static int
try_again(struct child *c)
{
	int64_t lived_ns = clock_now_ns() - c->started_ns;
	int pause_ms = c->pause_ms;

	if (lived_ns >= SUPERVISE_WELL_MS * NS_PER_MS)
		pause_ms = 0;
	c->pause_ms = pause_ms == 0 ? SUPERVISE_PAUSE_MS : 2 * pause_ms;
	if (c->pause_ms > SUPERVISE_PAUSE_MAX_MS)
		c->pause_ms = SUPERVISE_PAUSE_MAX_MS;
	c->state = CHILD_DOWN;
	timer_in(c, pause_ms);
	return pause_ms;
}

static void
child_start(struct child *c)
{
	int fds[2] = {-1, -1};

	c->sup->ops->starting(c->sup->ctx, c - c->sup->children);
	if (c->spec->ready_path != NULL)
		unlink(c->spec->ready_path);
	if (c->spec->ready_by == READY_FD && pipe2(fds, O_CLOEXEC) == -1)
		goto failed;
	c->pid = launch(c->spec, c->sup->oom_score, fds[1]);
	if (c->pid == -1)
		goto failed;
	if (fds[1] != -1)
		close(fds[1]);
	c->state = CHILD_STARTING;
	c->started_ns = clock_now_ns();
	c->impatient = false;
	if (fds[0] != -1 && watch_ready_fd(c, fds[0]) == -1)
		log_warn("%s: cannot watch it: %m", c->spec->name);
	look_again(c);
	return;
failed:
	log_error("%s: cannot start it: %m", c->spec->name);
	c->pid = 0;
	for (int i = 0; i < 2; i++)
		if (fds[i] != -1)
			close(fds[i]);
	c->started_ns = clock_now_ns();
	try_again(c);
}

/* Sends the last child that runs on its way; none is left: it is over. */
static void
stop_last(struct supervisor *s)
{
	size_t i = s->n;

	while (i > 0 && s->children[i - 1].pid == 0) {
		if (s->children[i - 1].spec->ready_path != NULL)
			unlink(s->children[i - 1].spec->ready_path);
		i--;
	}
	if (i == 0) {
		loop_stop(s->loop);
		return;
	}
	struct child *c = &s->children[i - 1];

	if (c->state == CHILD_ENDING)
		return;
	c->state = CHILD_ENDING;
	kill_child(c, SIGTERM);
	kill_child(c, SIGCONT); /* if somebody has stopped it */
	timer_in(c, c->spec->grace_ms ? c->spec->grace_ms : SUPERVISE_GRACE_MS);
}

static void
stop_all(struct supervisor *s)
{
	if (!s->stopping)
		s->ops->stopping(s->ctx);
	s->stopping = true;
	for (size_t i = 0; i < s->n; i++) {
		forget_ready_fd(&s->children[i]);
		if (s->children[i].state != CHILD_ENDING)
			loop_timer_cancel(s->loop, &s->children[i].timer);
	}
	stop_last(s);
}

static void
child_died(struct child *c, int status)
{
	struct supervisor *s = c->sup;
	char how[STATUS_TEXT], when[32] = "";
	int pid = c->pid, pause_ms;

	c->pid = 0;
	forget_ready_fd(c);
	loop_timer_cancel(s->loop, &c->timer);
	if (s->stopping) {
		c->state = CHILD_DOWN;
		stop_last(s);
		return;
	}
	describe(status, how);
	if (!c->was_ready && !c->spec->may_fail) {
		log_error("%s (pid %d) %s before it was ready", c->spec->name,
			  pid, how);
		s->failed = true;
		c->state = CHILD_DOWN;
		stop_all(s);
		return;
	}
	pause_ms = try_again(c);
	if (pause_ms > 0)
		snprintf(when, sizeof when, " in %d ms", pause_ms);
	log_error("%s (pid %d) %s; starting it again%s", c->spec->name, pid,
		  how, when);
	set_status(s, "%s %s", c->spec->name, how);
}

static void
reap(struct supervisor *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < s->n; i++)
			if (s->children[i].pid == pid)
				child_died(&s->children[i], status);
}

static void
got_signal(void *ctx, int signo)
{
	struct supervisor *s = ctx;

	if (signo == SIGCHLD) {
		reap(s);
		return;
	}
	if (s->stopping) {
		for (size_t i = 0; i < s->n; i++)
			kill_child(&s->children[i], SIGKILL);
		return;
	}
	log_debug("%s: stopping", strsignal(signo));
	stop_all(s);
}

void
supervise_wake(struct supervisor *s, size_t i)
{
	struct child *c = &s->children[i];

	if (c->awake || s->stopping)
		return;
	c->awake = true;
	child_start(c);
}

bool
supervise_is_up(const struct supervisor *s, size_t i)
{
	return s->children[i].state == CHILD_UP;
}

static int
watch_signals(struct supervisor *s)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	return loop_signals(s->loop, &set, got_signal, s);
}

static void
child_init(struct child *c, const struct child_spec *spec, struct supervisor *s)
{
	c->spec = spec;
	c->awake = !spec->dormant;
	c->sup = s;
	c->ready.fd = -1;
	c->ready.ready = ready_fd_event;
	c->ready.ctx = c;
	c->timer.fire = child_timer;
	c->timer.ctx = c;
}

int
supervise(const struct child_spec *specs, size_t n,
	  const struct supervise_ops *ops, void *ctx)
{
	AUTO_FREE struct child *children = calloc(n, sizeof *children);
	struct supervisor s = {
	    .children = children, .n = n, .ops = ops, .ctx = ctx};

	s.loop = loop_new();
	if (children == NULL || s.loop == NULL || watch_signals(&s) == -1) {
		log_error("cannot start: %m");
		loop_free(s.loop);
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		child_init(&children[i], &specs[i], &s);
	launch_become_vital(s.oom_score);
	s.tick.fire = tick_fire;
	s.tick.ctx = &s;
	signal(SIGPIPE, SIG_IGN);
	start_next(&s);
	if (loop_run(s.loop) == -1) {
		log_error("the event loop failed: %m");
		s.failed = true;
	}
	loop_free(s.loop);
	return s.failed ? -1 : 0;
}
