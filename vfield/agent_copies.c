/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/agent_copies.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/child.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "vfield/copy_job.h"

/* Pauses, in milliseconds, before what has failed is tried again.  Chosen: a
 * full disk or a file in the way stays so for long, and each try is logged. */
static const struct backoff_range pauses = {.least = 2000, .most = 600000};
/* Exit statuses of the process up to this one say how many copies have failed;
 * a greater one, that nothing could be tried. */
#define FAILED_MOST 100

void
agent_copies_site(struct agent_copies *c)
{
	c->done[0] = '\0';
	c->not_before_ns = 0;
	backoff_reset(&c->pause);
}

void
agent_copies_tick(struct agent_copies *c, int64_t now_ns)
{
	pid_t pid;
	int failed;

	if (c->pid != 0 || c->list[0] == '\0' ||
	    strcmp(c->list, c->done) == 0 ||
	    (now_ns < c->not_before_ns && strcmp(c->list, c->doing) == 0))
		return;
	strcpy(c->doing, c->list);
	pid = child_fork();
	if (pid == -1)
		log_error("cannot start a process: %m");
	else if (pid > 0)
		c->pid = pid;
	if (pid != 0)
		return;
	failed = copy_jobs(c->site, c->doing);
	_exit(failed == -1           ? FAILED_MOST + 1
	      : failed < FAILED_MOST ? failed
				     : FAILED_MOST);
}

bool
agent_copies_reaped(struct agent_copies *c, pid_t pid, int status,
		    int64_t now_ns)
{
	unsigned was = c->failed;

	if (c->pid == 0 || pid != c->pid)
		return false;
	c->pid = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) <= FAILED_MOST)
		c->failed = WEXITSTATUS(status);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		strcpy(c->done, c->doing);
		backoff_reset(&c->pause);
	} else {
		c->not_before_ns =
		    now_ns + backoff_next(&c->pause, &pauses) * NS_PER_MS;
	}
	return c->failed != was;
}
