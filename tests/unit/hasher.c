/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests that the hasher reports every job once, from the loop or from
 * hasher_finish, with the right result of comparing the bytes with the job's
 * digest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "router/fetch/hasher.h"

#define JOBS 64
#define LEN 4096

struct fixture {
	struct loop *loop;
	struct hasher *hasher;
	uint8_t data[JOBS][LEN];
	struct digest wanted[JOBS];
	struct hash_job jobs[JOBS];
	unsigned done[JOBS];
	unsigned ndone, want;
};

static void
on_done(void *ctx, struct hash_job *j)
{
	struct fixture *f = ctx;

	f->done[j - f->jobs]++;
	if (++f->ndone == f->want)
		loop_stop(f->loop);
}

/* Returns true for one of every three jobs: for those whose bytes do not have
 * the job's digest. */
static bool
is_wrong(unsigned i)
{
	return i % 3 == 0;
}

static void
start_all(struct fixture *f)
{
	f->ndone = 0;
	f->want = JOBS;
	memset(f->done, 0, sizeof f->done);
	for (unsigned i = 0; i < JOBS; i++) {
		memset(f->data[i], (int)i, LEN);
		f->wanted[i] = digest_of(f->data[i], LEN);
		if (is_wrong(i))
			f->data[i][i] ^= 1;
		f->jobs[i] = (struct hash_job){
		    .data = f->data[i], .len = LEN, .wanted = &f->wanted[i]};
		hasher_start(f->hasher, &f->jobs[i]);
	}
}

static void
check_all(const struct fixture *f)
{
	assert_int_equal(f->ndone, JOBS);
	for (unsigned i = 0; i < JOBS; i++) {
		assert_int_equal(f->done[i], 1);
		assert_int_equal(f->jobs[i].right, !is_wrong(i));
	}
}

static void
through_the_loop(void **state)
{
	struct fixture *f = *state;

	if (f->hasher == NULL)
		skip(); /* there is no hasher on a single processor */
	for (unsigned round = 0; round < 20; round++) {
		start_all(f);
		assert_int_equal(loop_run(f->loop), 0);
		check_all(f);
	}
}

static void
by_waiting(void **state)
{
	struct fixture *f = *state;

	if (f->hasher == NULL)
		skip(); /* there is no hasher on a single processor */
	for (unsigned round = 0; round < 20; round++) {
		start_all(f);
		hasher_finish(f->hasher);
		check_all(f);
	}
	hasher_finish(f->hasher);
	check_all(f);
}

static int
setup(void **state)
{
	static struct fixture f;

	f.loop = loop_new();
	assert_non_null(f.loop);
	f.hasher = hasher_new(f.loop, on_done, &f);
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	hasher_free(f->hasher);
	loop_free(f->loop);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(through_the_loop, setup, teardown),
	    cmocka_unit_test_setup_teardown(by_waiting, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
