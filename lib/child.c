/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/child.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"

static const struct backoff_range pauses_ms = {
    .least = CHILD_PAUSE_MS, .most = CHILD_PAUSE_MAX_MS, .at_once = true};

static void
timer_in(struct child *c, int ms)
{
	loop_timer_set(c->loop, &c->timer, clock_now_ns() + ms * NS_PER_MS);
}

static int
pause_begin(struct child *c)
{
	int pause_ms;

	if (clock_now_ns() - c->started_ns >= CHILD_WELL_MS * NS_PER_MS)
		backoff_reset(&c->backoff);
	pause_ms = backoff_next(&c->backoff, &pauses_ms);
	c->state = CHILD_PAUSING;
	timer_in(c, pause_ms);
	return pause_ms;
}

static void
spawn(struct child *c)
{
	pid_t pid;

	c->started_ns = clock_now_ns();
	c->state = CHILD_STARTING;
	pid = c->ops->spawn(c->ctx);
	if (pid == -1)
		pause_begin(c);
	else
		c->pid = pid;
}

static void
kill_now(struct child *c)
{
	if (c->ops->kill != NULL)
		c->ops->kill(c->ctx);
	else
		kill(c->pid, SIGKILL);
}

static void
timer_fire(void *ctx)
{
	struct child *c = ctx;

	if (c->state == CHILD_PAUSING) {
		spawn(c);
		return;
	}
	if (!c->quiet_kill)
		log_warn("%s (pid %d) does not end; killing it", c->name,
			 (int)c->pid);
	kill_now(c);
}

void
child_init(struct child *c, struct loop *l, const char *name,
	   const struct child_ops *ops, void *ctx)
{
	*c = (struct child){.name = name, .ops = ops, .ctx = ctx, .loop = l};
	c->timer.fire = timer_fire;
	c->timer.ctx = c;
}

void
child_finish(struct child *c)
{
	loop_timer_cancel(c->loop, &c->timer);
	if (c->pid != 0) {
		kill_now(c);
		waitpid(c->pid, NULL, 0);
	}
	c->pid = 0;
	c->state = CHILD_DOWN;
}

void
child_start(struct child *c)
{
	if (c->state == CHILD_ENDING) {
		c->state = CHILD_RENEWING;
	} else if (c->state == CHILD_DOWN) {
		backoff_reset(&c->backoff);
		spawn(c);
	}
}

void
child_ready(struct child *c)
{
	if (c->state != CHILD_STARTING)
		return;
	c->state = CHILD_UP;
	c->was_ready = true;
}

static void
end(struct child *c, enum child_state to, int grace_ms)
{
	c->state = to;
	kill(c->pid, SIGTERM);
	kill(c->pid, SIGCONT);
	timer_in(c, grace_ms);
}

void
child_stop(struct child *c, int grace_ms)
{
	switch (c->state) {
	case CHILD_PAUSING:
		loop_timer_cancel(c->loop, &c->timer);
		c->state = CHILD_DOWN;
		break;
	case CHILD_STARTING:
	case CHILD_UP:
		end(c, CHILD_ENDING, grace_ms);
		break;
	case CHILD_RENEWING:
		c->state = CHILD_ENDING;
		break;
	case CHILD_DOWN:
	case CHILD_ENDING:
		break;
	}
}

void
child_renew(struct child *c, int grace_ms)
{
	if (c->state == CHILD_STARTING || c->state == CHILD_UP)
		end(c, CHILD_RENEWING, grace_ms);
}

static void
died(struct child *c, pid_t pid, int status)
{
	char how[CHILD_HOW], when[32] = "";
	int pause_ms;

	c->state = CHILD_DOWN;
	if (!c->ops->died(c->ctx, pid, child_how(status, how)))
		return;
	pause_ms = pause_begin(c);
	if (pause_ms > 0)
		snprintf(when, sizeof when, " in %d ms", pause_ms);
	log_error("%s (pid %d) %s; starting it again%s", c->name, (int)pid, how,
		  when);
}

bool
child_reaped(struct child *c, pid_t pid, int status)
{
	if (c->pid == 0 || pid != c->pid)
		return false;
	c->pid = 0;
	loop_timer_cancel(c->loop, &c->timer);
	if (c->state == CHILD_RENEWING) {
		spawn(c);
	} else if (c->state == CHILD_ENDING) {
		c->state = CHILD_DOWN;
		if (c->ops->stopped != NULL)
			c->ops->stopped(c->ctx);
	} else {
		died(c, pid, status);
	}
	return true;
}

pid_t
child_fork(void)
{
	pid_t parent = getpid(), pid = fork();
	sigset_t none;

	if (pid != 0)
		return pid;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	return 0;
}

const char *
child_how(int status, char text[CHILD_HOW])
{
	if (WIFSIGNALED(status))
		snprintf(text, CHILD_HOW, "was killed by signal %d (%s)",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(text, CHILD_HOW, "ended with status %d",
			 WEXITSTATUS(status));
	return text;
}
