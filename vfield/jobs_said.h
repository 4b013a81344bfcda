/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* jobs_said: reads the list of jobs that a signed word names (site/jobs.h) from
 * the cluster, and publishes a new list.
 *
 * Errors   functions that fail have logged why. */
#ifndef VF_VFIELD_JOBS_SAID_H
#define VF_VFIELD_JOBS_SAID_H

#include "site/jobs.h"
#include "vfield/site_past.h"

struct jobs_said {
	const char *program;
	/* directory of what was published from this machine */
	const char *state;
	const char *run_dir; /* the run directory of the node */
	const char *key;     /* path of the private key (sign.h) */
	const char *subject; /* subject of the word: WORD_JOBS or WORD_REPAIR */
	uint64_t above;      /* the next job's number is greater than `above` */
	/* the signed word in force; version 0: there is none */
	struct site_past word;
	struct jobs jobs; /* the list that `word` names */
};

/* Waits until no other process with the same s->state changes a list.  Returns
 * a descriptor, which keeps other processes away until it is closed; or -1. */
int jobs_said_lock(const struct jobs_said *s);
/* Reads into s the word in force and the list that it names; the caller has set
 * program, run_dir and subject.  Returns 0, also if there is no word yet; or
 * -1.  In both cases s->jobs is to be freed. */
int jobs_said_read(struct jobs_said *s);
/* Returns the number of the next job, which is the version of the next word. */
uint64_t jobs_said_next(const struct jobs_said *s);
/* Publishes s->jobs; the caller holds the lock.  Has the node serve that list
 * as an image, signs the word that names the image, whose version is
 * jobs_said_next(), and removes the files of the lists before the previous one.
 * Returns 0, or -1. */
int jobs_said_say(struct jobs_said *s);

#endif
