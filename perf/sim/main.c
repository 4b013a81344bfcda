/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield-sim: simulates how fast a crowd of readers with empty stores gets an
 * image from one seed.
 *
 * A run prints a line of figures.  perf/README says what they mean and what is
 * not simulated, perf/NOTES what was learnt from them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perf/sim/sim.h"

/* if no chunk has arrived for so long, none will, and the run is ended */
#define PATIENT_NS (60000 * MS)

struct options opt = {
    .readers = 8,
    .seeds = 1,
    .nchunks = 4120, /* chunks of an image of 540 MB */
    .chunk = 128 << 10,
    .link = 11.925e6, /* bytes/s: 100 Mbit/s less the headers */
    .slow = 1,
    .window = 128,
    .depth = 128,
    .limit = 128,
    .lanes = ROUTE_STRIPES,
    .conns = 2,
    .rtt_ns = 500000,
    .bloat_ns = 5 * MS,
    .setup = 5,
    .news_ns = 100 * MS,
    .jitter_ns = 5 * MS,
    .gone_ns = 2000 * MS,
    .hedge = 1,
    .shun = 1,
    .line = 1,
    .die_at_ns = 5000 * MS,
    .die_span_ns = 1000 * MS,
    .random = 1,
};
struct node *nodes;
struct totals totals;
uint32_t nnodes, running;
static struct rack *racks;

void *
must(void *p)
{
	if (p == NULL) {
		perror("sim");
		exit(1);
	}
	return p;
}

uint64_t
any(void)
{
	opt.random =
	    opt.random * 6364136223846793005ULL + 1442695040888963407ULL;
	return opt.random ^ opt.random >> 29;
}

double
fraction(void)
{
	return (any() >> 24 & 0xffffff) / (double)(1 << 24);
}

static void
make_node(struct node *n, uint32_t number)
{
	bool seed = number < opt.seeds;
	double link = opt.link;

	n->slow = !seed && fraction() < opt.slow_share;
	if (n->slow)
		link /= opt.slow;
	n->number = number;
	link_init(&n->up, link);
	link_init(&n->down, link);
	if (opt.racks > 0)
		n->rack = &racks[number % opt.racks];
	n->held = must(bitmap_new(opt.nchunks));
	n->said = must(bitmap_new(opt.nchunks));
	if (seed)
		bitmap_fill(n->held);
	TAILQ_INIT(&n->asked_list);
	n->random = any() | 1;
	n->began_ns = -1;
	n->death.happen = late_die;
	view_add(n, seed || !opt.late_join);
}

static void
make_racks(void)
{
	double members = (double)nnodes / (opt.racks > 0 ? opt.racks : 1);
	uint32_t i;

	racks = must(calloc(opt.racks + 1, sizeof *racks));
	for (i = 0; i < opt.racks; i++) {
		link_init(&racks[i].up, opt.trunk * opt.link * members);
		link_init(&racks[i].down, opt.trunk * opt.link * members);
	}
}

/* Sets when node opt.seeds + i begins to read, if it is a reader, and whether
 * and when the node dies. */
static void
make_fate(uint32_t i)
{
	struct node *n = &nodes[opt.seeds + i];

	n->start.happen = node_start;
	if (i < opt.readers)
		event_at(&n->start, i * opt.stagger_ns + i % 2 * opt.late_ns +
					fraction() * opt.jitter_ns);
	if (fraction() < opt.die_share)
		event_at(&n->death,
			 opt.die_at_ns + fraction() * opt.die_span_ns);
}

static void
make_cluster(void)
{
	uint32_t i;

	nnodes = opt.seeds + opt.readers + opt.idle;
	nodes = must(calloc(nnodes, sizeof *nodes));
	make_racks();
	view_make();
	for (i = 0; i < nnodes; i++)
		make_node(&nodes[i], i);
	for (i = opt.seeds; i < nnodes && opt.copies > 0; i++)
		view_spread_copies(&nodes[i]);
	for (i = opt.seeds; i < nnodes && opt.budget > 0; i++)
		store_begin(&nodes[i]);
	for (i = 0; i < opt.readers; i++)
		running += !nodes[opt.seeds + i].slow;
	for (i = 0; i < opt.readers + opt.idle; i++)
		make_fate(i);
	view_begin();
}

static int
stuck(int64_t last_ns)
{
	uint32_t i, shown = 0;
	struct fetch *f;

	fprintf(stderr, "stuck: nothing arrived since %.3f s\n", last_ns / 1e9);
	for (i = 0; i < nnodes; i++)
		TAILQ_FOREACH (f, &nodes[i].asked_list, asked)
			if (!nodes[i].dead && shown++ < 40)
				fprintf(stderr,
					"  %u waits for %u from %u, %d\n", i,
					f->chunk, f->tried[f->ntried - 1],
					f->asks[0]->where);
	return 1;
}

static int
run(void)
{
	uint64_t sent = 0, was = 0;
	int64_t checked_ns = 0;
	uint32_t i;

	while (running > 0 && event_step()) {
		if (event_now_ns() - checked_ns < PATIENT_NS)
			continue;
		for (sent = i = 0; i < nnodes; i++)
			sent += nodes[i].sent;
		if (sent == was)
			return stuck(checked_ns);
		was = sent;
		checked_ns = event_now_ns();
	}
	return 0;
}

/* Sums over a group of readers, either the fast or the slow ones. */
struct sums {
	uint32_t n;
	double sum, worst;
};

static void
add(struct sums *s, double rate)
{
	if (s->n++ == 0 || rate < s->worst)
		s->worst = rate;
	s->sum += rate;
}

static void
print(const struct sums *fast, const struct sums *slow, uint32_t dead)
{
	uint32_t i, most = 0, readers = fast->n + slow->n;
	uint64_t by_seeds = 0, busiest = 0, all = 0;
	double requests = totals.requests, conns = 0;

	for (i = 0; i < nnodes; i++) {
		const struct node *n = &nodes[i];

		all += n->sent;
		if (i < opt.seeds) {
			by_seeds += n->sent;
			continue;
		}
		conns += n->conns_most;
		most = n->conns_most > most ? n->conns_most : most;
		busiest = n->sent > busiest ? n->sent : busiest;
	}
	printf("readers %u mean %.3f slowest %.3f ", opt.readers,
	       (fast->sum + slow->sum) / readers,
	       slow->n > 0 && slow->worst < fast->worst ? slow->worst
							: fast->worst);
	printf("fast %.3f slowest_fast %.3f dead %u ", fast->sum / fast->n,
	       fast->worst, dead);
	printf("sent %.3f seed_sent %.3f busiest %.3f conns %.0f "
	       "most_conns %u ",
	       (double)all / opt.nchunks / readers,
	       (double)by_seeds / opt.nchunks, (double)busiest / opt.nchunks,
	       conns / (nnodes - opt.seeds), most);
	printf("view_MB %.2f ", memory_of_view(nnodes, opt.nchunks) / 1e6);
	printf("by_holder %.3f refused %.3f hedged %.4f evicted %lu ",
	       totals.by_holder / requests, totals.refused / requests,
	       totals.hedged / requests, totals.evicted);
	printf("fetch_ms %.0f blocked %.3f blocked_ms %.0f took_s %.2f\n",
	       totals.fetch_ns / requests / MS, totals.blocked / requests,
	       totals.blocked_ns / (totals.blocked + 1) / MS,
	       event_now_ns() / 1e9);
}

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Prints the median and the longest of the times that n nodes took; each node's
 * time counts from its own beginning. */
static void
print_took(double *took, uint32_t n)
{
	if (n == 0)
		return;
	qsort(took, n, sizeof *took, compare);
	printf("median_s %.2f slowest_s %.2f ", took[(n - 1) / 2], took[n - 1]);
}

static void
report(void)
{
	double *took = must(calloc(opt.readers, sizeof *took));
	uint32_t ntook = 0;
	double rate;
	struct sums fast = {0}, slow = {0};
	uint32_t i, dead = 0;

	for (i = 0; i < opt.readers; i++) {
		struct node *n = &nodes[opt.seeds + i];

		int64_t end = n->ended_ns > 0 ? n->ended_ns : event_now_ns();

		dead += n->dead && n->ended_ns == 0;
		if (n->dead && n->ended_ns == 0)
			continue;
		took[ntook++] = (end - n->began_ns) / 1e9;
		rate = (double)n->got * opt.chunk * 1e9 / (end - n->began_ns) /
		       opt.link;
		add(n->slow ? &slow : &fast, rate);
	}
	print_took(took, ntook);
	print(&fast, &slow, dead);
	free(took);
}

static const struct setting {
	const char *name, *what;
	uint32_t *count;
	int64_t *ns;
	double *quantity;
	double unit;
} settings[] = {
#define COUNT(name, where, unit, what)                                         \
	{                                                                      \
		name, what, &where, NULL, NULL, unit                           \
	}
#define TIME(name, where, unit, what)                                          \
	{                                                                      \
		name, what, NULL, &where, NULL, unit                           \
	}
#define SHARE(name, where, unit, what)                                         \
	{                                                                      \
		name, what, NULL, NULL, &where, unit                           \
	}
    COUNT("readers", opt.readers, 1, "nodes that read"),
    COUNT("seeds", opt.seeds, 1, "that are complete"),
    COUNT("idle", opt.idle, 1, "that only serve"),
    COUNT("chunks", opt.nchunks, 1, "of the image"),
    COUNT("chunk-kib", opt.chunk, 1024, "size of a chunk"),
    COUNT("copies", opt.copies, 1, "spread beforehand"),
    COUNT("budget", opt.budget, 1, "chunks of each store; 0: no limit"),
    SHARE("link", opt.link, 1e6 / 8 * 0.954, "Mbit/s"),
    SHARE("slow", opt.slow, 1, "times slower are"),
    SHARE("slow-share", opt.slow_share, 1, "that share of nodes"),
    COUNT("racks", opt.racks, 1, "with a switch each; 0: none"),
    SHARE("trunk", opt.trunk, 1, "that share of its nodes' links to others"),
    SHARE("unfair", opt.unfair, 1, "sigma of ln of a connection's share"),
    COUNT("window", opt.window, 1, "read-ahead, chunks"),
    COUNT("depth", opt.depth, 1, "reads of a client, chunks"),
    COUNT("limit", opt.limit, 1, "chunks in flight for itself"),
    COUNT("lanes", opt.lanes, 1, "1: none"),
    COUNT("conns", opt.conns, 1, "to a holder"),
    COUNT("setup", opt.setup, 1, "round trips until a connection is up"),
    TIME("rtt", opt.rtt_ns, 1000, "us"),
    TIME("bloat", opt.bloat_ns, MS, "ms a request takes on a busy link"),
    TIME("news", opt.news_ns, MS, "ms until others know"),
    TIME("jitter", opt.jitter_ns, MS, "ms between the starts"),
    TIME("stagger", opt.stagger_ns, MS, "ms from start to start"),
    TIME("late", opt.late_ns, MS, "ms that every other one is late"),
    COUNT("join", opt.late_join, 1, "1: it joins when it starts"),
    COUNT("leave", opt.leave, 1, "1: it leaves when it has read all"),
    SHARE("die-share", opt.die_share, 1, "of the nodes die"),
    TIME("die-at", opt.die_at_ns, MS, "ms"),
    TIME("die-span", opt.die_span_ns, MS, "ms from the first to the last"),
    COUNT("die-reset", opt.die_reset, 1, "1: what dies says so"),
    TIME("gone", opt.gone_ns, MS, "ms until the membership says so"),
    TIME("keep", opt.keep_ns, MS, "ms that its place is kept then"),
    COUNT("hedge", opt.hedge, 1, "second asks: 1, 2: of dead ones', 0: none"),
    COUNT("shun", opt.shun, 1, "1: slow ones are found out"),
    COUNT("random", opt.seed, 1, "another number, other random events"),
    COUNT("line", opt.line, 1, "1: who reads little asks the one before"),
    COUNT("profile", opt.profile, 1, "a boot's window, chunks; 0: none"),
    SHARE("think", opt.think, 1, "times what the trace says"),
    COUNT("direct", opt.direct, 1, "1: all from the seed"),
};
#define NSETTINGS (sizeof settings / sizeof settings[0])

static int
usage(void)
{
	size_t i;

	fprintf(stderr, "usage: sim [trace=FILE] [NAME=NUMBER]...\n");
	for (i = 0; i < NSETTINGS; i++)
		fprintf(stderr, "  %-14s %s\n", settings[i].name,
			settings[i].what);
	return 2;
}

static bool
set(const char *arg)
{
	const char *is = strchr(arg, '=');
	size_t i, len = is != NULL ? (size_t)(is - arg) : 0;
	char *end;
	double v;

	if (strncmp(arg, "trace=", 6) == 0)
		return boot_load(arg + 6) == 0;
	for (i = 0; i < NSETTINGS; i++) {
		const struct setting *s = &settings[i];

		if (is == NULL || strlen(s->name) != len ||
		    strncmp(arg, s->name, len) != 0)
			continue;
		v = strtod(is + 1, &end) * s->unit;
		if (s->count != NULL)
			*s->count = v;
		else if (s->ns != NULL)
			*s->ns = v;
		else
			*s->quantity = v;
		return end > is + 1 && *end == '\0' && v >= 0 && v < 4e9 * MS;
	}
	return false;
}

int
main(int argc, char **argv)
{
	int i, failed;

	for (i = 1; i < argc; i++)
		if (!set(argv[i]))
			return usage();
	if (opt.readers == 0 || opt.seeds == 0 || opt.nchunks == 0 ||
	    opt.chunk == 0 || opt.lanes == 0 || opt.conns == 0 ||
	    opt.limit == 0 || opt.depth == 0)
		return usage();
	opt.random += opt.seed;
	make_cluster();
	event_nears = near_bring;
	failed = run();
	report();
	return failed;
}
