/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/soak.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "perf/world/lot.h"
#include "perf/world/rng.h"

#define CPU_S 120 /* a run that takes longer never ends: chosen */

struct result {
	bool failed;
	char why[512];
};

static void
run_in_child(const struct lot *l, const struct lot_less *less, int to)
{
	const struct rlimit cpu = {CPU_S, CPU_S};

	setrlimit(RLIMIT_CPU, &cpu);
	dup2(to, STDOUT_FILENO);
	dup2(to, STDERR_FILENO);
	close(to);
	rng_seed(l->seed);
	lot_run(l, less);
	fflush(stdout);
	_exit(0);
}

/* The first line that the child prints says what is wrong. */
static void
listen_to(int from, char *why, size_t room)
{
	FILE *f = must(fdopen(from, "r"));
	char line[512];

	why[0] = '\0';
	while (fgets(line, sizeof line, f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (why[0] == '\0')
			snprintf(why, room, "%.500s", line);
	}
	fclose(f);
}

static struct result
try(const struct lot *l, const struct lot_less *less)
{
	struct result r = {0};
	int fds[2], status;
	pid_t pid;

	fflush(stdout);
	if (pipe(fds) == -1 || (pid = fork()) == -1) {
		perror("world");
		exit(2);
	}
	if (pid == 0) {
		close(fds[0]);
		run_in_child(l, less, fds[1]);
	}
	close(fds[1]);
	listen_to(fds[0], r.why, sizeof r.why);
	waitpid(pid, &status, 0);
	r.failed = r.why[0] != '\0' || status != 0;
	if (r.why[0] == '\0')
		snprintf(r.why, sizeof r.why,
			 WIFSIGNALED(status) ? "signal %d" : "status %d",
			 WIFSIGNALED(status) ? WTERMSIG(status)
					     : WEXITSTATUS(status));
	return r;
}

static void
print_counts(unsigned counts[WORKLOADS][FAULT_KINDS + 1])
{
	printf("%-13s %6s", "", "runs");
	for (int k = 0; k < FAULT_KINDS; k++)
		printf(" %s", fault_names[k]);
	for (int w = 0; w < WORKLOADS; w++) {
		printf("\n%-13s %6u", workload_names[w],
		       counts[w][FAULT_KINDS]);
		for (int k = 0; k < FAULT_KINDS; k++)
			printf(" %*u", (int)strlen(fault_names[k]),
			       counts[w][k]);
	}
	putchar('\n');
}

int
soak_run(uint64_t first, uint64_t count)
{
	static unsigned counts[WORKLOADS][FAULT_KINDS + 1];
	const struct lot_less nothing = {0};
	uint64_t failed = 0;
	struct lot l;

	for (uint64_t seed = first; seed < first + count; seed++) {
		struct result r;

		lot_draw(&l, seed);
		counts[l.workload][FAULT_KINDS]++;
		for (unsigned i = 0; i < l.nfaults; i++)
			counts[l.workload][l.faults[i].kind]++;
		r = try(&l, &nothing);
		if (!r.failed)
			continue;
		failed++;
		printf("seed %" PRIu64 " (%s): %s\n", seed,
		       workload_names[l.workload], r.why);
	}
	print_counts(counts);
	printf("%" PRIu64 " seeds, %" PRIu64 " failed\n", count, failed);
	return failed > 0;
}

/* Leaves bit i out of *mask for good, if it fails without. */
static void
leave_out(const struct lot *l, struct lot_less *less, uint64_t *mask, int i)
{
	*mask |= UINT64_C(1) << i;
	if (!try(l, less).failed)
		*mask &= ~(UINT64_C(1) << i);
}

int
soak_shrink(uint64_t seed)
{
	struct lot_less less = {0};
	struct lot l;
	struct result r;

	lot_draw(&l, seed);
	if (!try(&l, &less).failed) {
		printf("seed %" PRIu64 " does not fail\n", seed);
		return 1;
	}
	for (unsigned i = 0; i < l.nfaults; i++)
		leave_out(&l, &less, &less.faults, i);
	for (unsigned i = 1; i < l.machines; i++)
		leave_out(&l, &less, &less.readers, i);
	lot_print(&l, &less);
	r = try(&l, &less);
	printf("%s\nworld replay %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", r.why,
	       seed, less.faults, less.readers);
	return 0;
}
