/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copy_node: a machine to which `vfield copy` brings a file.  A process on this
 * machine (ssh, for example) runs `vfield fetch --json` there, and passes on
 * its events (fetch_report.h).
 *
 *   WAITING, LOST ── copy_node_start ──► STARTING; LOST if no process starts
 *   STARTING, SILENT ── an event came ──► RUNNING
 *   STARTING, RUNNING ── copy_node_lose ──► SILENT
 *   STARTING, RUNNING, SILENT ── the connection has ended ──► LOST
 *   STARTING, RUNNING, SILENT ── the machine has the file ──► DONE
 *   STARTING, RUNNING, SILENT ── the machine says that it cannot ──► FAILED
 *
 * Bytes from the other machine are bounded and are shown by human_clean alone.
 *
 * Threads  none; callbacks run in the loop. */
#ifndef VF_VFIELD_COPY_NODE_H
#define VF_VFIELD_COPY_NODE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/loop.h"

#define COPY_LINE_MAX 4096
#define COPY_WHY 256

enum copy_state {
	COPY_WAITING,  /* no process; one is to be started */
	COPY_STARTING, /* a process from which no event has come yet */
	COPY_RUNNING,  /* events come */
	/* the process lives, but the machine is taken for lost */
	COPY_SILENT,
	COPY_LOST,   /* no process; another may be started */
	COPY_FAILED, /* the machine has said that it cannot */
	COPY_DONE,   /* the file is there */
};

struct copy_node;

struct copy_node_ops {
	/* Called when the state of n has changed. */
	void (*changed)(void *ctx, struct copy_node *n);
	void *ctx;
};

/* Bytes that were read from one pipe, up to the next line break. */
struct copy_lines {
	struct loop_source source; /* fd is -1 while there is no pipe */
	char text[COPY_LINE_MAX];
	size_t have;  /* bytes in text */
	bool skipped; /* the present line is too long, and is ignored */
};

/* Fields are read-only outside of copy_node.c. */
struct copy_node {
	const char *name; /* the machine's name, as the user typed it */
	/* the machine's name or address, as it is passed to RSH */
	const char *host;
	/* the cluster had a node of that name when the copy began */
	bool known;
	const struct copy_node_ops *ops;
	struct loop *loop;
	enum copy_state state;
	uint64_t bytes; /* size of the image in bytes */
	uint64_t done;  /* bytes that were written on the machine */
	/* how many seconds the copy took, by the machine's own report */
	double seconds;
	unsigned starts;  /* how often a process was started */
	int64_t began_ns; /* when the process was started */
	int64_t heard_ns; /* when the last event came */
	/* when the state became DONE, FAILED, LOST or SILENT */
	int64_t ended_ns;
	char why[COPY_WHY]; /* the reason for LOST, SILENT or FAILED */
	pid_t pid;          /* 0: no process */
	/* descriptor of the process's standard input, or -1 */
	int to;
	struct copy_lines out, err;
	char said[COPY_WHY]; /* the last line of the process's standard error */
};

/* Initializes n as a node that is WAITING.  The strings and ops must outlive n.
 */
void copy_node_init(struct copy_node *n, struct loop *l, const char *name,
		    const char *host, uint64_t bytes,
		    const struct copy_node_ops *ops);
/* Starts the process with the arguments `args`.  The node must be WAITING or
 * LOST; it becomes STARTING, or LOST if no process could be started. */
void copy_node_start(struct copy_node *n, char *const args[]);
/* Notes that the process `pid` has ended with `status`.  Returns false if pid
 * is not the node's process. */
bool copy_node_reaped(struct copy_node *n, pid_t pid, int status);
/* Marks a node that is STARTING or RUNNING as SILENT for the reason `why`; its
 * events are still read. */
void copy_node_lose(struct copy_node *n, const char *why);
/* Returns true if `vfield copy` must not end before this machine does: if the
 * machine is WAITING, RUNNING or STARTING for the first time. */
bool copy_node_waited_for(const struct copy_node *n);
/* Ends the process of a node when the copy is over.  A machine that is DONE is
 * first told to let go of the image if `remove` is true; in any other state the
 * process gets a SIGTERM. */
void copy_node_dismiss(struct copy_node *n, bool remove);
/* Kills the process by SIGKILL, if it still runs, and closes its pipes. */
void copy_node_finish(struct copy_node *n);

#endif
