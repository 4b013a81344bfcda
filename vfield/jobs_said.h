/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* jobs_said: the list of jobs that a signed word names (site/jobs.h), read from
 * the cluster, and said anew.
 *
 * Errors   functions that fail have logged why.
 */
#ifndef VF_VFIELD_JOBS_SAID_H
#define VF_VFIELD_JOBS_SAID_H

#include "site/jobs.h"
#include "vfield/site_past.h"

struct jobs_said {
	const char *program;
	const char *state;   /* directory for what was said from here */
	const char *run_dir; /* that of the node */
	const char *key;     /* the private key: sign.h */
	const char *subject; /* WORD_JOBS or WORD_REPAIR */
	uint64_t
	    above; /* the next job's number is greater; 0: no such number */
	struct site_past word; /* the word in force; version 0: there is none */
	struct jobs jobs;      /* the list that it names */
};

/* Reads the word in force and its list into s, of which program, run_dir and
 * subject are set.  Returns 0, also if there is none yet; or -1.  In both cases
 * s->jobs is to be freed. */
int jobs_said_read(struct jobs_said *s);
/* Returns the number of the next job, which is the version of the next word. */
uint64_t jobs_said_next(const struct jobs_said *s);
/* Has the node serve s->jobs as an image, and signs the word of the version
 * jobs_said_next() that names it.  The list before is let go of.  Returns 0, or
 * -1. */
int jobs_said_say(struct jobs_said *s);

#endif
