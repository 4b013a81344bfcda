/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Reads arbitrary bytes as a list of jobs.  Each job that is accepted must name
 * a host or a card.  The list must be the same after it was printed and read
 * again.  If only repairs may be taken, no other job must be accepted. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "site/jobs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_line(const struct jobs_line *l)
{
	struct name_set *names = name_set_new();
	struct jobs one = {0};
	struct jobs_line due[JOBS_DUE_MAX];

	assert(l->number > 0 && l->expires_s > 0);
	assert(strlen(l->who) > 0 &&
	       strpbrk(l->who, "/ \n\r\t$;`'\"*") == NULL);
	assert(names != NULL && jobs_add(&one, l) == 0);
	assert(name_set_add(names, l->who, strlen(l->who)) == 0);
	if (l->verb == JOBS_COPY) {
		assert(jobs_path_ok(l->path));
		assert(jobs_due(&one, names, l->number - 1, due) == 0);
		assert(jobs_copy_after(&one, l->who, l->number - 1,
				       l->number - 1) == one.v);
	} else {
		assert(jobs_due(&one, names, l->number - 1, due) == 1);
		assert(due[0].number == l->number);
	}
	jobs_free(&one);
	name_set_free(names);
}

static void
check_again(const struct jobs *j)
{
	struct jobs again = {0};
	size_t len;
	char *text;
	FILE *to = open_memstream(&text, &len);

	assert(to != NULL);
	jobs_print(to, j);
	fclose(to);
	assert(jobs_read(&again, text, len, false) == 0);
	assert(again.n == j->n && again.skipped == 0);
	for (size_t i = 0; i < j->n; i++)
		assert(memcmp(&j->v[i], &again.v[i], sizeof j->v[i]) == 0);
	jobs_free(&again);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of the input, beyond which the sanitizer sees reads */
	char *text = malloc(size > 0 ? size : 1);
	struct jobs j = {0}, repairs = {0};

	memcpy(text, data, size);
	if (jobs_read(&j, text, size, false) == 0) {
		for (size_t i = 0; i < j.n && i < 100; i++)
			check_line(&j.v[i]);
		check_again(&j);
	}
	if (jobs_read(&repairs, text, size, true) == 0)
		for (size_t i = 0; i < repairs.n; i++)
			assert(repairs.v[i].verb == JOBS_REPAIR);
	jobs_free(&repairs);
	jobs_free(&j);
	free(text);
	return 0;
}
