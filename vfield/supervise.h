/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* supervise: starts a node's processes, keeps them alive, stops them.
 *
 * Children are started in the order of their specs, each when the one before it
 * is ready.  They are stopped in the reverse order: by SIGTERM, and by SIGKILL
 * when the child's grace is over.  A child that dies is started again, the
 * first time at once, then after a growing pause (lib/child.h).  But if a child
 * dies before it was ever ready, it is not started again, and all children are
 * stopped, unless child_spec.may_fail is true.  A dormant child is started only
 * by supervise_wake.
 *
 * However the supervisor ends, the kernel kills its children
 * (PR_SET_PDEATHSIG).  On a terminal each child has a process group of its own,
 * so that a Ctrl-C reaches only the supervisor, which then stops the children
 * in order; elsewhere children are in the supervisor's process group.  The
 * stdout of children is the supervisor's stderr.  If the supervisor's name
 * (argv[0]) begins with '@', so do the names of its children.
 *
 * Signals  SIGTERM and SIGINT stop the children, then the supervisor; a second
 *          signal kills the children at once.  SIGHUP is ignored.
 */
#ifndef VF_VFIELD_SUPERVISE_H
#define VF_VFIELD_SUPERVISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct run_as;

/* milliseconds of grace for a child whose grace_ms is 0; arbitrary */
#define SUPERVISE_GRACE_MS 5000
#define SUPERVISE_ARGS_MAX 1024

enum ready_by {
	/* ready when the Unix socket at ready_path takes a connection */
	READY_SOCKET,
	/* ready when the file at ready_path is not empty */
	READY_FILE,
	READY_AT_ONCE,
	/* ready when a byte comes by a pipe, whose descriptor is added to the
	 * arguments as --ready-fd N */
	READY_FD,
};

struct child_spec {
	/* the child's name in the log and in statuses */
	const char *name;
	const char *const *argv; /* ended by NULL; argv[0] is a path */
	enum ready_by ready_by;
	/* path of the socket or file that `ready_by` is about, removed before
	 * each start; NULL: there is none */
	const char *ready_path;
	/* a text for the log that says what the child waits for until it is
	 * ready; NULL: none */
	const char *waits_for;
	/* milliseconds from SIGTERM to SIGKILL; 0: SUPERVISE_GRACE_MS */
	int grace_ms;
	bool vital; /* exempt from the kernel's OOM killer */
	bool dormant;
	bool may_fail;
	/* the user as which the child runs; NULL: the supervisor's */
	const struct run_as *as;
	uint32_t caps; /* capabilities that such a child has (become.h) */
};

struct supervisor;

struct supervise_ops {
	/* Called before specs[i] is started, for the first time or again; the
	 * callback may change that child's arguments. */
	void (*starting)(void *ctx, size_t i);
	/* Called once, when all children that are not dormant are ready. */
	void (*ready)(void *ctx);
	/* Called with a line that says what the supervisor is doing, for
	 * `systemctl status`. */
	void (*status)(void *ctx, const char *text);
	void (*stopping)(void *ctx);
	/* Called every second once all children are ready; NULL: not wanted. */
	void (*tick)(void *ctx, struct supervisor *s);
};

/* Runs the children until a signal stops them, and then returns 0. If a child
 * could not be started, logs why and returns -1. */
int supervise(const struct child_spec *specs, size_t n,
	      const struct supervise_ops *ops, void *ctx);

/* For use in the callback `tick`: supervise_wake starts the dormant child i;
 * supervise_is_up returns true if child i is ready now. */
void supervise_wake(struct supervisor *s, size_t i);
bool supervise_is_up(const struct supervisor *s, size_t i);

#endif
