/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copy_node: a machine to which `vfield copy` brings a file: the process that
 * gives the order there, and what `vfield fetch --json` says through it
 * (fetch_report.h).
 *
 *   WAITING -> STARTING -> RUNNING -> DONE
 *      ^          |          |  ^
 *      |          |     lose |  | an event
 *      |          |          v  |
 *      |          |        SILENT
 *      |          |          |
 *      |          '- ended --+--> LOST    the connection has ended
 *      '------- again -------'--> FAILED  the machine says that it cannot
 *
 * Bytes from the other machine are bounded and are shown by human_clean alone.
 *
 * Threads  none; callbacks run in the loop.
 */
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
	COPY_SILENT,   /* a process that is taken for lost, though it lives */
	COPY_LOST,     /* no process; another may be started */
	COPY_FAILED,   /* the machine has said that it cannot */
	COPY_DONE,     /* the file is there */
};

struct copy_node;

struct copy_node_ops {
	/* Tells that the state has changed. */
	void (*changed)(void *ctx, struct copy_node *n);
	void *ctx;
};

/* Bytes that one pipe has given, up to the next line break. */
struct copy_lines {
	struct loop_source source; /* fd is -1 while there is no pipe */
	char text[COPY_LINE_MAX];
	size_t have;  /* bytes in text */
	bool skipped; /* the line is too long, and is passed over */
};

/* Fields are read-only outside of copy_node.c. */
struct copy_node {
	const char *name; /* as the user calls it */
	const char *host; /* name or address for RSH */
	bool known;       /* the cluster had a node of that name */
	const struct copy_node_ops *ops;
	struct loop *loop;
	enum copy_state state;
	uint64_t bytes;     /* bytes that the image has */
	uint64_t done;      /* bytes that were written there */
	double seconds;     /* the time that the machine says that it took */
	unsigned starts;    /* how often a process was started */
	int64_t began_ns;   /* when the process was started */
	int64_t heard_ns;   /* when the last event came */
	int64_t ended_ns;   /* when the state became what it is */
	char why[COPY_WHY]; /* the reason of LOST, SILENT and FAILED */
	pid_t pid;          /* 0: no process */
	int to;             /* standard input of the process, or -1 */
	struct copy_lines out, err;
	char said[COPY_WHY]; /* the last line of its standard error */
};

/* Makes a node that is WAITING.  The strings and ops must outlive it. */
void copy_node_init(struct copy_node *n, struct loop *l, const char *name,
		    const char *host, uint64_t bytes,
		    const struct copy_node_ops *ops);
/* Starts the process with these arguments, in state WAITING or LOST. */
void copy_node_start(struct copy_node *n, char *const args[]);
/* Notes that the process has ended.  Returns false if pid is not its process.
 */
bool copy_node_reaped(struct copy_node *n, pid_t pid, int status);
/* Takes a node that is STARTING or RUNNING for lost, and goes on listening to
 * it. */
void copy_node_lose(struct copy_node *n, const char *why);
/* Returns whether the copy is not over before this machine has ended: it
 * copies, or has not been tried yet. */
bool copy_node_waited_for(const struct copy_node *n);
/* Has a machine that is DONE let go of the image, if remove is true, and lets
 * the process end; kills it in any other state. */
void copy_node_dismiss(struct copy_node *n, bool remove);
/* Kills the process, and forgets it. */
void copy_node_finish(struct copy_node *n);

#endif
