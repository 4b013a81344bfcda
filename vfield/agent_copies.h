/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* agent_copies: has a process make the copies that signed jobs order of this
 * machine (copy_job.h), for `vfield agent`: when there is a new list of jobs or
 * a new site, and again after a while if some have failed. */
#ifndef VF_VFIELD_AGENT_COPIES_H
#define VF_VFIELD_AGENT_COPIES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/backoff.h"
#include "lib/digest.h"
#include "vfield/agent_site.h"

struct agent_copies {
	const struct agent_site *site;
	char list[DIGEST_HEX]; /* image of the list in force; "": none */
	/* image of the list whose copies are all made; "": none */
	char done[DIGEST_HEX];
	char doing[DIGEST_HEX]; /* image of the list that `pid` has */
	pid_t pid;              /* the process that copies; 0: none */
	unsigned failed;        /* how many copies have failed */
	struct backoff pause;
	int64_t not_before_ns;
};

/* Notes that the machine has become the host of another site, which may allow
 * other directories. */
void agent_copies_site(struct agent_copies *c);
/* Starts the process, if there is something to copy.  The machine must have a
 * site. */
void agent_copies_tick(struct agent_copies *c, int64_t now_ns);
/* Notes that a process has ended.  Returns true if the number of copies that
 * have failed is another now. */
bool agent_copies_reaped(struct agent_copies *c, pid_t pid, int status,
			 int64_t now_ns);

#endif
