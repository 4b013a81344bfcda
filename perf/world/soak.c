/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/soak.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "perf/world/fault.h"
#include "perf/world/rng.h"
#include "perf/world/run.h"

/* seconds of CPU time after which a run is killed and counts as one that never
 * ends: arbitrary */
#define CPU_S 120
#define AT_ONCE_MAX 64

/* Counts that all child processes add to, in shared memory: runs of each
 * workload, faults of each kind in these runs, and pairs of kinds of faults in
 * the same run. */
struct tally {
	unsigned runs[WORKLOADS], faults[WORKLOADS][FAULT_KINDS],
	    pairs[FAULT_KINDS][FAULT_KINDS];
};

static struct tally *tally;

/* A child process that runs one lot. */
struct child {
	struct lot lot;
	pid_t pid;
	int from;
	bool failed;
	char why[512];
};

static void
count(const struct lot *l)
{
	__atomic_fetch_add(&tally->runs[l->workload], 1, __ATOMIC_RELAXED);
	for (unsigned i = 0; i < l->nfaults; i++) {
		enum fault_kind a = l->faults[i].kind;

		if (!fault_befell(i))
			continue;
		__atomic_fetch_add(&tally->faults[l->workload][a], 1,
				   __ATOMIC_RELAXED);
		for (unsigned k = 0; k < i; k++)
			if (fault_befell(k))
				__atomic_fetch_add(
				    &tally->pairs[a][l->faults[k].kind], 1,
				    __ATOMIC_RELAXED);
	}
}

static void
run_in_child(const struct lot *l, int to)
{
	const struct rlimit cpu = {CPU_S, CPU_S};

	setrlimit(RLIMIT_CPU, &cpu);
	dup2(to, STDOUT_FILENO);
	dup2(to, STDERR_FILENO);
	close(to);
	rng_seed(l->seed);
	run_lot(l);
	count(l);
	fflush(stdout);
	_exit(0);
}

static void
start(struct child *c)
{
	int fds[2];

	fflush(stdout);
	if (pipe(fds) == -1 || (c->pid = fork()) == -1) {
		perror("world");
		exit(2);
	}
	if (c->pid == 0) {
		close(fds[0]);
		run_in_child(&c->lot, fds[1]);
	}
	close(fds[1]);
	c->from = fds[0];
}

/* Waits for the end of child c.  Its run has failed if it printed something or
 * if its status is not 0; c->why becomes the first line that it printed, or its
 * status. */
static void
end(struct child *c)
{
	FILE *f = must(fdopen(c->from, "r"));
	char line[512];
	int status;

	c->why[0] = '\0';
	while (fgets(line, sizeof line, f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (c->why[0] == '\0')
			snprintf(c->why, sizeof c->why, "%.500s", line);
	}
	fclose(f);
	waitpid(c->pid, &status, 0);
	c->failed = c->why[0] != '\0' || status != 0;
	if (c->why[0] == '\0')
		snprintf(c->why, sizeof c->why,
			 WIFSIGNALED(status) ? "signal %d" : "status %d",
			 WIFSIGNALED(status) ? WTERMSIG(status)
					     : WEXITSTATUS(status));
}

static void
begin_tally(void)
{
	tally = mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tally == MAP_FAILED) {
		perror("world");
		exit(2);
	}
}

static void
print_head(const char *what)
{
	printf("%-13s", what);
	for (int k = 0; k < FAULT_KINDS; k++)
		printf(" %s", fault_names[k]);
	putchar('\n');
}

static void
print_row(const char *name, const unsigned *counts)
{
	printf("%-13s", name);
	for (int k = 0; k < FAULT_KINDS; k++)
		printf(" %*u", (int)strlen(fault_names[k]), counts[k]);
	putchar('\n');
}

static void
print_tally(void)
{
	for (int w = 0; w < WORKLOADS; w++)
		printf("%-13s %u runs\n", workload_names[w], tally->runs[w]);
	print_head("\nbefell");
	for (int w = 0; w < WORKLOADS; w++)
		print_row(workload_names[w], tally->faults[w]);
	print_head("\nwith");
	for (int a = 0; a < FAULT_KINDS; a++) {
		unsigned with[FAULT_KINDS];

		for (int b = 0; b < FAULT_KINDS; b++)
			with[b] = tally->pairs[a][b] +
				  (a != b ? tally->pairs[b][a] : 0);
		print_row(fault_names[a], with);
	}
}

/* Runs the lots of `count` seeds from `first` on, and calls the function `told`
 * for each that fails, in the order of the seeds, until `told` returns false.
 * Returns how many failed. */
static uint64_t
run_all(uint64_t first, uint64_t count, bool (*told)(const struct child *c))
{
	static struct child children[AT_ONCE_MAX];
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t at_once = cpus < 1 ? 1 : cpus, failed = 0;
	bool more = true;

	if (at_once > AT_ONCE_MAX)
		at_once = AT_ONCE_MAX;
	begin_tally();
	for (uint64_t i = 0; i < count + at_once; i++) {
		struct child *c = &children[i % at_once];

		if (c->pid != 0) {
			end(c);
			c->pid = 0;
			failed += c->failed;
			if (c->failed && more)
				more = told(c);
		}
		if (i >= count || !more)
			continue;
		lot_draw(&c->lot, first + i);
		start(c);
	}
	return failed;
}

static bool
tell(const struct child *c)
{
	printf("seed %" PRIu64 " (%s): %s\n", c->lot.seed,
	       workload_names[c->lot.workload], c->why);
	return true;
}

static bool
tell_first(const struct child *c)
{
	tell(c);
	return false;
}

int
soak_run(uint64_t first, uint64_t count)
{
	uint64_t failed = run_all(first, count, tell);

	print_tally();
	printf("%" PRIu64 " seeds, %" PRIu64 " failed\n", count, failed);
	return failed > 0;
}

int
soak_find(uint64_t first, uint64_t count)
{
	return run_all(first, count, tell_first) > 0 ? 0 : 1;
}

/* Runs a lot in a child process and returns why it fails; NULL if it does not
 * fail. */
static const char *
fails(const struct lot *l)
{
	static struct child c;

	c.lot = *l;
	start(&c);
	end(&c);
	return c.failed ? c.why : NULL;
}

int
soak_shrink(struct lot *l)
{
	struct lot less;

	begin_tally();
	if (fails(l) == NULL) {
		printf("it does not fail\n");
		return 1;
	}
	for (int i = l->nfaults - 1; i >= 0; i--) {
		less = *l;
		lot_drop_fault(&less, i);
		if (fails(&less) != NULL)
			*l = less;
	}
	for (unsigned i = 1; i < l->machines; i++) {
		less = *l;
		less.idle |= UINT64_C(1) << i;
		if (less.idle != l->idle && fails(&less) != NULL)
			*l = less;
	}
	printf("# %s\n", fails(l));
	lot_print(l);
	return 0;
}
