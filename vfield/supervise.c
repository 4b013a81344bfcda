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

#include "lib/child.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "lib/run_as.h"
#include "vfield/launch.h"

/* milliseconds between two tests of whether a process is ready; arbitrary */
#define LOOK_MS 10
#define TICK_MS 1000
#define PATIENCE_MS 5000 /* a start that takes longer is logged; arbitrary */
#define STATUS_TEXT 160

struct process {
	const struct child_spec *spec;
	struct supervisor *sup;
	struct child child;
	/* true: the child is to run, since it is not dormant, or was woken */
	bool awake;
	/* true: the log already says that the process is not ready yet */
	bool impatient;
	struct loop_source ready;
	/* fires when it is to be tested again whether the process is ready */
	struct loop_timer look;
};

struct supervisor {
	struct loop *loop;
	struct process *processes;
	size_t n;
	const struct supervise_ops *ops;
	void *ctx;
	struct loop_timer tick;
	bool up; /* all children have been ready at least once */
	bool stopping;
	bool failed;
	/* the OOM score of children that are not vital */
	char oom_score[LAUNCH_OOM_SCORE];
};

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

static void
look_in(struct process *p, int ms)
{
	loop_timer_set(p->sup->loop, &p->look, clock_now_ns() + ms * NS_PER_MS);
}

static void
look_again(struct process *p)
{
	look_in(p, p->spec->ready_by == READY_FD ? PATIENCE_MS : LOOK_MS);
}

static void
forget_ready_fd(struct process *p)
{
	if (p->ready.fd == -1)
		return;
	loop_remove(p->sup->loop, &p->ready);
	close(p->ready.fd);
	p->ready.fd = -1;
}

/* Stops testing whether the process is ready. */
static void
look_no_more(struct process *p)
{
	forget_ready_fd(p);
	loop_timer_cancel(p->sup->loop, &p->look);
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
		struct process *p = &s->processes[i];

		if (p->child.was_ready || !p->awake)
			continue;
		child_start(&p->child);
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
is_ready(struct process *p)
{
	struct supervisor *s = p->sup;

	look_no_more(p);
	log_debug("%s (pid %d) is ready", p->spec->name, (int)p->child.pid);
	if (s->up)
		set_status(s, "%s runs%s", p->spec->name,
			   p->child.was_ready ? " again" : "");
	child_ready(&p->child);
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
looks_ready(const struct process *p)
{
	struct stat st;

	switch (p->spec->ready_by) {
	case READY_SOCKET:
		return socket_answers(p->spec->ready_path);
	case READY_FILE:
		return stat(p->spec->ready_path, &st) == 0 && st.st_size > 0;
	case READY_AT_ONCE:
		return true;
	case READY_FD:
		/* ready_fd_event reads the byte by which the process says that
		 * it is ready */
		break;
	}
	return false;
}

static void
ready_fd_event(void *ctx, uint32_t events)
{
	struct process *p = ctx;
	char byte;

	/* End of file: the process has ended, which SIGCHLD reports. */
	if (read(p->ready.fd, &byte, 1) == 1)
		is_ready(p);
	else
		forget_ready_fd(p);
}

static void
say_waiting(const struct process *p)
{
	const char *what = p->spec->waits_for;

	log_info("%s (pid %d) is not ready yet%s%s", p->spec->name,
		 (int)p->child.pid, what != NULL ? ": it waits for " : "",
		 what != NULL ? what : "");
	set_status(p->sup, "waiting for %s",
		   what != NULL ? what : p->spec->name);
}

static void
look_fire(void *ctx)
{
	struct process *p = ctx;
	int64_t age_ns = clock_now_ns() - p->child.started_ns;

	if (looks_ready(p)) {
		is_ready(p);
		return;
	}
	if (age_ns >= PATIENCE_MS * NS_PER_MS && !p->impatient) {
		p->impatient = true;
		say_waiting(p);
	}
	look_again(p);
}

static void
watch_ready_fd(struct process *p, int fd)
{
	p->ready.fd = fd;
	p->ready.events = EPOLLIN;
	if (loop_add(p->sup->loop, &p->ready) == 0)
		return;
	log_warn("%s: cannot watch it: %m", p->spec->name);
	close(fd);
	p->ready.fd = -1;
}

static pid_t
spawn(void *ctx)
{
	struct process *p = ctx;
	struct supervisor *s = p->sup;
	int fds[2] = {-1, -1};
	pid_t pid = -1;

	s->ops->starting(s->ctx, p - s->processes);
	if (p->spec->ready_path != NULL)
		unlink(p->spec->ready_path);
	/* another user cannot make a file in the run directory */
	if (p->spec->ready_by == READY_FILE && p->spec->as != NULL &&
	    run_as_give(p->spec->as, p->spec->ready_path) == -1)
		log_warn("%s: %m", p->spec->ready_path);
	if (p->spec->ready_by != READY_FD || pipe2(fds, O_CLOEXEC) == 0)
		pid = launch(p->spec, s->oom_score, fds[1]);
	if (pid == -1)
		log_error("%s: cannot start it: %m", p->spec->name);
	if (fds[1] != -1)
		close(fds[1]);
	if (pid == -1) {
		if (fds[0] != -1)
			close(fds[0]);
		return -1;
	}
	if (fds[0] != -1)
		watch_ready_fd(p, fds[0]);
	p->impatient = false;
	look_again(p);
	return pid;
}

/* Stops the last process that still runs; if none runs, ends the loop. */
static void
stop_last(struct supervisor *s)
{
	size_t i = s->n;
	const struct child_spec *spec;

	for (; i > 0 && s->processes[i - 1].child.pid == 0; i--)
		if (s->processes[i - 1].spec->ready_path != NULL)
			unlink(s->processes[i - 1].spec->ready_path);
	if (i == 0) {
		loop_stop(s->loop);
		return;
	}
	spec = s->processes[i - 1].spec;
	child_stop(&s->processes[i - 1].child,
		   spec->grace_ms != 0 ? spec->grace_ms : SUPERVISE_GRACE_MS);
}

static void
stop_all(struct supervisor *s)
{
	if (!s->stopping)
		s->ops->stopping(s->ctx);
	s->stopping = true;
	for (size_t i = 0; i < s->n; i++) {
		struct process *p = &s->processes[i];

		look_no_more(p);
		if (p->child.pid == 0)
			child_stop(&p->child, 0);
	}
	stop_last(s);
}

static bool
died(void *ctx, pid_t pid, const char *how)
{
	struct process *p = ctx;
	struct supervisor *s = p->sup;

	look_no_more(p);
	if (s->stopping) {
		stop_last(s);
		return false;
	}
	if (!p->child.was_ready && !p->spec->may_fail) {
		log_error("%s (pid %d) %s before it was ready", p->spec->name,
			  (int)pid, how);
		s->failed = true;
		stop_all(s);
		return false;
	}
	set_status(s, "%s %s", p->spec->name, how);
	return true;
}

static void
stopped(void *ctx)
{
	struct process *p = ctx;

	stop_last(p->sup);
}

static const struct child_ops child_ops = {
    .spawn = spawn, .died = died, .stopped = stopped};

static void
reap(struct supervisor *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < s->n; i++)
			if (child_reaped(&s->processes[i].child, pid, status))
				break;
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
			if (s->processes[i].child.pid != 0)
				kill(s->processes[i].child.pid, SIGKILL);
		return;
	}
	log_debug("%s: stopping", strsignal(signo));
	stop_all(s);
}

void
supervise_wake(struct supervisor *s, size_t i)
{
	struct process *p = &s->processes[i];

	if (p->awake || s->stopping)
		return;
	p->awake = true;
	child_start(&p->child);
}

bool
supervise_is_up(const struct supervisor *s, size_t i)
{
	return s->processes[i].child.state == CHILD_UP;
}

static int
watch_signals(struct supervisor *s)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	return loop_signals(s->loop, &set, got_signal, s);
}

static void
process_init(struct process *p, const struct child_spec *spec,
	     struct supervisor *s)
{
	child_init(&p->child, s->loop, spec->name, &child_ops, p);
	p->child.quiet_kill = spec->grace_ms != 0;
	p->spec = spec;
	p->sup = s;
	p->awake = !spec->dormant;
	p->ready.fd = -1;
	p->ready.ready = ready_fd_event;
	p->look.fire = look_fire;
	p->ready.ctx = p->look.ctx = p;
}

int
supervise(const struct child_spec *specs, size_t n,
	  const struct supervise_ops *ops, void *ctx)
{
	AUTO_FREE struct process *processes = calloc(n, sizeof *processes);
	struct supervisor s = {
	    .processes = processes, .n = n, .ops = ops, .ctx = ctx};

	s.loop = loop_new();
	if (processes == NULL || s.loop == NULL || watch_signals(&s) == -1) {
		log_error("cannot start: %m");
		loop_free(s.loop);
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		process_init(&processes[i], &specs[i], &s);
	launch_become_vital(s.oom_score);
	s.tick.fire = tick_fire;
	s.tick.ctx = &s;
	signal(SIGPIPE, SIG_IGN);
	/* a node outlives the terminal that started it */
	signal(SIGHUP, SIG_IGN);
	start_next(&s);
	if (loop_run(s.loop) == -1) {
		log_error("the event loop failed: %m");
		s.failed = true;
	}
	loop_free(s.loop);
	return s.failed ? -1 : 0;
}
