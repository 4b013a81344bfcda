/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* supervise: starts a node's processes, keeps them alive, stops them.
 *
 * Children start in the order in which they are given, each when the one
 * before it is ready, and stop in the reverse order: SIGTERM, and SIGKILL
 * when the child's grace is over.  A child that dies is started again, at once
 * the first time and after a growing pause if it keeps dying (lib/child.h).  A
 * child that dies before it was ever ready cannot be started at all: everything
 * stops, unless it may fail.  A dormant child is started when it is woken.
 *
 * However the supervisor ends, its children end with it (PR_SET_PDEATHSIG).
 * On a terminal they have process groups of their own, so that a Ctrl-C
 * reaches them by way of the supervisor, in order; elsewhere they are of its
 * group.  Their stdout is its stderr.  If its own name (argv[0]) begins with
 * '@', so do theirs.
 *
 * Signals SIGTERM, SIGINT and SIGHUP stop it; a second one at once.
 */
#ifndef VF_VFIELD_SUPERVISE_H
#define VF_VFIELD_SUPERVISE_H

#include <stdbool.h>
#include <stddef.h>

#define SUPERVISE_GRACE_MS 5000 /* chosen */
#define SUPERVISE_ARGS_MAX 1024

enum ready_by {
	READY_SOCKET, /* the Unix socket at ready_path takes a connection */
	/* ready when the file at ready_path has something in it */
	READY_FILE,
	READY_AT_ONCE,
	READY_FD, /* a byte comes by the descriptor of --ready-fd, which is
		   * added to the arguments */
};

struct child_spec {
	const char *name;        /* the name in messages */
	const char *const *argv; /* ended by NULL; argv[0] is a path */
	enum ready_by ready_by;
	const char *ready_path; /* removed before each start and at the end */
	const char *waits_for;  /* something else that it is not ready without;
				   or NULL */
	int grace_ms;           /* 0: SUPERVISE_GRACE_MS */
	bool vital;             /* the last that the kernel should kill */
	bool dormant;
	bool may_fail;
};

struct supervisor;

struct supervise_ops {
	/* specs[i] is about to be started, for the first time or again: its
	 * arguments may be changed. */
	void (*starting)(void *ctx, size_t i);
	/* All children are ready, for the first time. */
	void (*ready)(void *ctx);
	/* A line on what is going on, for systemctl's status. */
	void (*status)(void *ctx, const char *text);
	void (*stopping)(void *ctx);
	/* The second passes, once all are ready; NULL: not wanted. */
	void (*tick)(void *ctx, struct supervisor *s);
};

/* Runs the children until a signal says to stop: then 0.  -1 if one of them
 * could not be started; it has been logged. */
int supervise(const struct child_spec *specs, size_t n,
	      const struct supervise_ops *ops, void *ctx);

/* Starts a dormant child, says whether a child is ready: for `tick'. */
void supervise_wake(struct supervisor *s, size_t i);
bool supervise_is_up(const struct supervisor *s, size_t i);

#endif
