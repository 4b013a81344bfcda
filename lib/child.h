/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* child: a process that is started, started again when it dies, and ended.
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
 * A death that nobody asked for is followed by a new start if `died' says so:
 * at once the first time, then after a pause that doubles from
 * CHILD_PAUSE_MS to CHILD_PAUSE_MAX_MS.  A life of CHILD_WELL_MS begins the
 * pauses anew.
 *
 * Ending is SIGTERM, and SIGCONT if somebody has stopped the process; when the
 * grace is over, what `kill' does.
 *
 * Threads  none; callbacks run in the loop, or in the call that causes them.
 * Log      starts that fail, deaths that are followed by a new start, graces
 *          that are over.
 * Reaping  the program's: waitpid's results go to child_reaped.
 */
#ifndef VF_LIB_CHILD_H
#define VF_LIB_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/backoff.h"
#include "lib/loop.h"

/* Chosen: a program that always dies costs few starts, and one that can run
 * again is not missed for long. */
#define CHILD_PAUSE_MS 100
#define CHILD_PAUSE_MAX_MS 5000
/* Chosen: twice the longest pause. */
#define CHILD_WELL_MS 10000
/* Bytes: room for what child_how says. */
#define CHILD_HOW 96

enum child_state {
	CHILD_DOWN,     /* no process, and none is wanted */
	CHILD_PAUSING,  /* no process until the timer fires */
	CHILD_STARTING, /* a process that is not ready */
	CHILD_UP,
	CHILD_ENDING,   /* a process that was told to end */
	CHILD_RENEWING, /* told to end, and another one follows */
};

struct child_ops {
	/* Makes the process.  -1: it cannot be made now, which has been
	 * logged. */
	pid_t (*spawn)(void *ctx);
	/* Process pid has ended by itself (how: in words).  Whether to start
	 * it again; the state is DOWN meanwhile. */
	bool (*died)(void *ctx, pid_t pid, const char *how);
	/* The process has ended as it was told.  NULL: not wanted. */
	void (*stopped)(void *ctx);
	/* The grace is over.  NULL: SIGKILL. */
	void (*kill)(void *ctx);
};

/* Fields are read-only outside of child.c. */
struct child {
	const char *name; /* the name in messages */
	const struct child_ops *ops;
	void *ctx;
	struct loop *loop;
	enum child_state state;
	pid_t pid;          /* 0: none */
	int64_t started_ns; /* the last start, or the last try */
	/* the pause between a death and the start that follows */
	struct backoff backoff;
	bool quiet_kill; /* a grace that is over is usual: nothing is logged */
	/* the child was ready, in this life or an earlier one */
	bool was_ready;
	struct loop_timer timer; /* ends PAUSING; a grace's end */
};

void child_init(struct child *c, struct loop *l, const char *name,
		const struct child_ops *ops, void *ctx);
/* Kills the process, waits for its end, calls nothing back but `kill'. */
void child_finish(struct child *c);

/* DOWN: starts it.  ENDING: it starts again when it has ended. */
void child_start(struct child *c);
/* STARTING to UP: the process has shown that it answers. */
void child_ready(struct child *c);
void child_stop(struct child *c, int grace_ms);
/* Replaces a process that runs by another one; does nothing if none runs. */
void child_renew(struct child *c, int grace_ms);
/* The process was reaped.  False: pid is not this child's. */
bool child_reaped(struct child *c, pid_t pid, int status);

/* "ended with status 1", "was killed by signal 9 (Killed)". */
const char *child_how(int status, char text[CHILD_HOW]);

#endif
