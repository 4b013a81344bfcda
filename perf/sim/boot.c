/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Readers that boot: each of them makes the reads of a trace, one after the
 * other.  Chunks are read ahead as in router/want/reads.c; if opt.profile is
 * set, a boot profile made from the same trace is replayed as in
 * router/want/replay.c. */
#include <stdio.h>
#include <stdlib.h>

#include "perf/sim/sim.h"

#define READS_MAX 100000

struct boot_read {
	uint32_t first, end; /* the read covers chunks first to end - 1 */
	int64_t think_ns;    /* the reader's pause before this read */
};

static struct boot_read *trace;
static uint32_t nreads;
/* chunks of the boot profile, in the order in which the trace first reads them
 */
static uint32_t *profile;
static uint32_t nprofile;

static void
note(const struct boot_read *b, struct bitmap *seen)
{
	uint32_t c;

	for (c = b->first; c < b->end; c++)
		if (bitmap_add(seen, c))
			profile[nprofile++] = c;
}

static int
make_profile(void)
{
	struct bitmap *seen;
	uint32_t i;

	for (opt.nchunks = i = 0; i < nreads; i++)
		if (trace[i].end > opt.nchunks)
			opt.nchunks = trace[i].end;
	seen = must(bitmap_new(opt.nchunks));
	profile = must(calloc(opt.nchunks, sizeof *profile));
	for (i = 0; i < nreads; i++)
		note(&trace[i], seen);
	bitmap_free(seen);
	return nreads > 0 ? 0 : -1;
}

int
boot_load(const char *path)
{
	FILE *f = fopen(path, "re");
	unsigned long long offset, len, us;
	char line[256];

	if (f == NULL)
		return -1;
	trace = must(calloc(READS_MAX, sizeof *trace));
	while (fgets(line, sizeof line, f) != NULL && nreads < READS_MAX) {
		if (sscanf(line, "%llu %llu %llu", &offset, &len, &us) != 3)
			continue;
		trace[nreads++] = (struct boot_read){
		    offset / opt.chunk, (offset + len - 1) / opt.chunk + 1,
		    us * 1000};
	}
	fclose(f);
	return make_profile();
}

bool
boot_is(void)
{
	return nreads > 0;
}

static void
replay(struct node *n)
{
	while (n->arrived < n->next && bitmap_has(n->held, profile[n->arrived]))
		n->arrived++;
	while (n->next < nprofile && n->next - n->arrived < opt.profile &&
	       n->next - n->arrived <= n->arrived) {
		bool comes = node_fetch(n, profile[n->next++], false);

		if (!comes && n->arrived + 1 == n->next)
			n->arrived++;
	}
}

/* Fetches the chunks of the read that the node lacks, and reads ahead.  Returns
 * true if the node lacked none. */
static bool
read_one(struct node *n, const struct boot_read *b)
{
	struct readahead_range r = {0, 0};
	bool all = true;
	uint32_t c;

	for (c = b->first; c < b->end; c++)
		if (node_fetch(n, c, true))
			all = false;
	if (!n->reading)
		r = readahead_read(&n->ra, b->first, b->end, opt.nchunks,
				   store_window(n));
	n->reading = true;
	for (c = r.first; c < r.end; c++)
		node_fetch(n, c, false);
	return all;
}

static void
thought(struct event *e)
{
	struct node *n =
	    (struct node *)((char *)e - offsetof(struct node, think));

	boot_go_on(n);
}

void
boot_go_on(struct node *n)
{
	if (event_is_set(&n->think) || n->ended_ns > 0)
		return;
	while (n->asked < nreads) {
		if (!n->reading && opt.think > 0 && !n->has_thought) {
			n->has_thought = true;
			n->think.happen = thought;
			event_after(&n->think,
				    opt.think * trace[n->asked].think_ns);
			break;
		}
		if (!read_one(n, &trace[n->asked]))
			break;
		n->asked++;
		n->reading = n->has_thought = false;
	}
	replay(n);
	n->got = n->asked == nreads ? nprofile : 0;
	if (n->asked == nreads)
		node_ended(n);
}
