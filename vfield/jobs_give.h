/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* jobs_give: gives machines a job that they do when they boot next. */
#ifndef VF_VFIELD_JOBS_GIVE_H
#define VF_VFIELD_JOBS_GIVE_H

#include "site/jobs.h"

/* Hours after which a job expires that a machine has not begun.  Chosen: a
 * machine that is switched on within a day is meant, an old one that is found
 * in a cupboard is not. */
#define JOBS_GIVE_HOURS 24

struct jobs_give {
	const char *program;
	const char *state;   /* directory for what was said from here */
	const char *run_dir; /* that of the node */
	const char *key;     /* the private key: sign.h */
	enum jobs_verb verb;
	bool wipe;
	uint64_t hours;
};

/* Adds the job for these hosts to the list in force, and signs the word that
 * names the new list; *number is the job's.  Returns 0, or -1 with the error
 * logged. */
int jobs_give(const struct jobs_give *g, const struct name_set *names,
	      uint64_t *number);

#endif
