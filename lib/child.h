/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* child: starts a process, starts it again when it dies, and ends it.
 *
 *                start                  ready
 *   DOWN ----------------> STARTING ----------> UP
 *    ^  ^                  ^  |  |               |
 *    |  |     pause over   |  |  | died          | died
 *    |  |  PAUSING --------'  |  v               |
 *    |  |   |  ^--------------+--(died: true)----'
 *    |  |   | stop            |
 *    |  '---'                 | stop, renew (from UP too)
 *    |                        v
 *    '------ died ---- ENDING <-- stop -- RENEWING --- died: STARTING at once
 *                             --- start ->
 *
 * If a process dies without having been told to end, and `died` returns true,
 * it is started again: the first time at once, then after a pause that doubles
 * from CHILD_PAUSE_MS to CHILD_PAUSE_MAX_MS.  If the process had lived for
 * CHILD_WELL_MS before it died, the pauses begin anew.
 *
 * A process is told to end by SIGTERM; a SIGCONT follows, in case a SIGSTOP has
 * stopped the process.  If it still lives grace_ms later, child_ops.kill is
 * called.
 *
 * Threads  none; callbacks run in the loop, or in the call that causes them.
 * Log      child.c logs deaths that are followed by a new start, and processes
 *          that outlive their grace.
 * Reaping  the caller calls waitpid, and passes the results to child_reaped.
 */
#ifndef VF_LIB_CHILD_H
#define VF_LIB_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/backoff.h"
#include "lib/loop.h"

/* The shortest and the longest pause before a process is started again.
 * Arbitrary: a program that dies at every start is seldom started, and a
 * program that can run again is not missed for long. */
#define CHILD_PAUSE_MS 100
#define CHILD_PAUSE_MAX_MS 5000
/* A process that has lived for so many milliseconds is taken to be well.
 * Arbitrary: twice the longest pause. */
#define CHILD_WELL_MS 10000
/* Bytes of the text that child_how writes, with the NUL. */
#define CHILD_HOW 96

enum child_state {
	CHILD_DOWN,     /* no process, and none is wanted */
	CHILD_PAUSING,  /* no process; the timer will start one */
	CHILD_STARTING, /* a process that is not known to be ready */
	CHILD_UP,
	CHILD_ENDING,   /* a process that was told to end */
	CHILD_RENEWING, /* a process that was told to end; a new one follows */
};

struct child_ops {
	/* Starts the process and returns its pid.  If it cannot be started now,
	 * logs why and returns -1. */
	pid_t (*spawn)(void *ctx);
	/* Called when process pid has ended without having been told to; `how`
	 * is the text of child_how.  Returns true if the child is to be started
	 * again.  The state is DOWN during the call. */
	bool (*died)(void *ctx, pid_t pid, const char *how);
	/* Called when the process has ended after it was told to.  May be
	 * NULL. */
	void (*stopped)(void *ctx);
	/* Called to kill the process if it still lives after its grace.  NULL:
	 * the process is sent SIGKILL instead. */
	void (*kill)(void *ctx);
};

/* Fields are read-only outside of child.c. */
struct child {
	const char *name; /* the child's name in log messages */
	const struct child_ops *ops;
	void *ctx;
	struct loop *loop;
	enum child_state state;
	pid_t pid; /* id of the process; 0: no process */
	/* when a start was last tried */
	int64_t started_ns;
	/* the pauses between a death and the next start */
	struct backoff backoff;
	/* true: a process that outlives its grace is not logged */
	bool quiet_kill;
	/* true: child_ready was called at least once since child_init */
	bool was_ready;
	/* fires when the pause, or the grace of a process that was told to end,
	 * is over */
	struct loop_timer timer;
};

void child_init(struct child *c, struct loop *l, const char *name,
		const struct child_ops *ops, void *ctx);
/* Kills the process and waits for its end; calls no callback but `kill`. */
void child_finish(struct child *c);

/* Starts a process in state DOWN; in state ENDING a new process is started when
 * the old one has ended.  Does nothing in other states. */
void child_start(struct child *c);
/* Changes the state from STARTING to UP: the caller has seen that the process
 * answers. */
void child_ready(struct child *c);
void child_stop(struct child *c, int grace_ms);
/* Replaces a process that is STARTING or UP by a new one; does nothing in other
 * states. */
void child_renew(struct child *c, int grace_ms);
/* Notes that waitpid has returned pid and status.  Returns false, and does
 * nothing, if pid is not this child's process. */
bool child_reaped(struct child *c, pid_t pid, int status);

/* Forks a process for one task, which the caller reaps.  In the new process no
 * signal is blocked, and SIGKILL comes when the parent dies.  Returns what fork
 * returns. */
pid_t child_fork(void);

/* Writes how a process ended, such as "ended with status 1" or "was killed by
 * signal 9 (Killed)".  Returns `text`. */
const char *child_how(int status, char text[CHILD_HOW]);

#endif
