/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/jobs_give.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "authority/word.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/stdout_flush.h"
#include "vfield/jobs_said.h"

static int
add_all(struct jobs_said *said, const struct jobs_give *g,
	const struct name_set *names)
{
	uint64_t now_s = time(NULL);
	struct jobs_line l = {.number = jobs_said_next(said),
			      .verb = g->verb,
			      .wipe = g->wipe,
			      .replace = g->replace,
			      .expires_s = now_s + g->hours * 3600};

	if (g->path != NULL) {
		l.image = g->image;
		strcpy(l.path, g->path);
	}
	jobs_drop(&said->jobs, now_s, NULL);
	for (size_t i = 0; i < name_set_count(names); i++) {
		strcpy(l.who, name_set_at(names, i));
		/* a job that is given anew takes the place of the one before */
		jobs_drop(&said->jobs, now_s, &l);
		if (jobs_add(&said->jobs, &l) == -1) {
			log_error("the list of jobs: %m");
			return -1;
		}
	}
	return 0;
}

/* Sets *number to the number of the last job that the word "jobs" has given.  A
 * repair with a lower number would count as superseded by that job.  Returns 0;
 * -1: the log says why. */
static int
last_installation(const struct jobs_said *like, uint64_t *number)
{
	struct jobs_said said = *like;
	int result;

	said.subject = WORD_JOBS;
	result = jobs_said_read(&said);
	*number = jobs_highest(&said.jobs);
	jobs_free(&said.jobs);
	return result;
}

static struct jobs_said
said_of(const struct jobs_give *g)
{
	return (struct jobs_said){
	    .program = g->program,
	    .state = g->state,
	    .run_dir = g->run_dir,
	    .key = g->key,
	    .subject = g->verb == JOBS_REPAIR ? WORD_REPAIR : WORD_JOBS};
}

int
jobs_give(const struct jobs_give *g, const struct name_set *names,
	  uint64_t *number)
{
	struct jobs_said said = said_of(g);
	AUTO_CLOSE int lock = jobs_said_lock(&said);
	int result = lock != -1 ? 0 : -1;

	if (result == 0 && g->verb == JOBS_REPAIR)
		result = last_installation(&said, &said.above);
	if (result == 0) {
		result = jobs_said_read(&said);
		*number = jobs_said_next(&said);
	}
	if (result == 0)
		result = add_all(&said, g, names);
	if (result == 0)
		result = jobs_said_say(&said);
	jobs_free(&said.jobs);
	return result;
}

static int
take_back(const struct jobs_give *g, const struct name_set *names)
{
	struct jobs_said said = said_of(g);
	AUTO_CLOSE int lock = jobs_said_lock(&said);
	int n = -1;

	if (lock != -1 && jobs_said_read(&said) == 0) {
		struct jobs_line l = {.verb = g->verb};
		uint64_t now_s = time(NULL);
		size_t before;

		if (g->path != NULL)
			strcpy(l.path, g->path);
		jobs_drop(&said.jobs, now_s, NULL);
		before = said.jobs.n;
		for (size_t i = 0; i < name_set_count(names); i++) {
			strcpy(l.who, name_set_at(names, i));
			jobs_drop(&said.jobs, now_s, &l);
		}
		n = (int)(before - said.jobs.n);
		if (n > 0 && jobs_said_say(&said) == -1)
			n = -1;
	}
	jobs_free(&said.jobs);
	return n;
}

int
jobs_cancel(const struct jobs_give *g, const struct name_set *names)
{
	int n = take_back(g, names);

	if (n == 0)
		log_error("none of these machines has such a job");
	if (n <= 0)
		return -1;
	printf("%d taken back\n", n);
	return stdout_flush(g->program);
}
