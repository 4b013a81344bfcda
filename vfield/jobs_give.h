/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* jobs_give: gives machines a job that they do when they boot next
 * (site/jobs.h), or takes it back. */
#ifndef VF_VFIELD_JOBS_GIVE_H
#define VF_VFIELD_JOBS_GIVE_H

#include "site/jobs.h"

/* Hours after which a job that a machine has not begun expires.  Arbitrary: a
 * machine that is switched on within a day is meant; an old machine that
 * somebody finds in a cupboard is not. */
#define JOBS_GIVE_HOURS 24
#define JOBS_GIVE_HOURS_MAX (24 * 366)

struct jobs_give {
	const char *program;
	/* directory of what was published from this machine */
	const char *state;
	const char *run_dir; /* the run directory of the node */
	const char *key;     /* path of the private key (sign.h) */
	enum jobs_verb verb;
	bool wipe;
	/* for a copy: the image, the path, NULL for other jobs, which must be
	 * jobs_path_ok(), and whether a file that is there may be replaced */
	struct digest image;
	const char *path;
	bool replace;
	uint64_t hours;
};

/* Adds a job for these hosts to the list of jobs in force, and signs the word
 * that names the new list.  Sets *number to the job's number.  Returns 0, or -1
 * with the error logged. */
int jobs_give(const struct jobs_give *g, const struct name_set *names,
	      uint64_t *number);
/* Removes the jobs of the kind g->verb for these hosts, of copies those to
 * g->path, from the list in force, signs the word that names the new list, and
 * prints how many they were.  Returns 0; or -1 with the error logged, also if
 * there are no such jobs; then nothing is signed. */
int jobs_cancel(const struct jobs_give *g, const struct name_set *names);

#endif
