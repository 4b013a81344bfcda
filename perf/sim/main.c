/* vfield-sim: how fast a crowd of cold readers gets an image from one seed.
 *
 * One line of figures a run; see perf/NOTES for what they taught.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perf/sim/sim.h"

#define MS 1000000LL

struct options opt = {
    .readers = 8,
    .seeds = 1,
    .nchunks = 4120, /* 540 MB */
    .chunk = 128 << 10,
    .link = 11.9e6, /* 100 Mbit/s less the headers */
    .slow = 1,
    .window = 128,
    .depth = 16,
    .lanes = ROUTE_STRIPES,
    .conns = {1, 2},
    .pipeline = {1000, 1000},
    .rtt_ns = 500000,
    .bloat_ns = 5 * MS,
    .news_ns = 100 * MS,
    .jitter_ns = 5 * MS,
    .random = 1,
};
struct node *nodes;
struct route_node *view;
struct totals totals;
uint32_t nnodes, running;

static void *
must(void *p)
{
	if (p == NULL) {
		perror("sim");
		exit(1);
	}
	return p;
}

static uint64_t
random_next(void)
{
	opt.random =
	    opt.random * 6364136223846793005ULL + 1442695040888963407ULL;
	return opt.random ^ opt.random >> 29;
}

static void
make_node(struct node *n, uint32_t number)
{
	bool seed = number < opt.seeds;
	double link = opt.link;

	if (!seed && random_next() >> 40 < opt.slow_share * (1 << 24))
		link /= opt.slow;
	n->number = number;
	link_init(&n->up, link);
	link_init(&n->down, link);
	n->held = must(bitmap_new(opt.nchunks));
	n->said = must(bitmap_new(opt.nchunks));
	if (seed)
		bitmap_fill(n->held);
	n->news = must(calloc(opt.nchunks, sizeof *n->news));
	n->news_at_ns = must(calloc(opt.nchunks, sizeof *n->news_at_ns));
	n->random = random_next() | 1;
	n->began_ns = -1;
	view[number].key = random_next();
	view[number].usable = true;
	view[number].complete = seed;
	view[number].active = !seed;
	view[number].held = seed ? NULL : n->said;
}

static void
make_trees(struct node *n)
{
	uint32_t i = n->number, c;

	n->trees = must(route_trees_new());
	view[i].self = true;
	if (route_trees_build(n->trees, view, nnodes) == -1)
		must(NULL);
	for (c = 0; c < opt.nchunks && opt.copies > 0; c++)
		if (route_keeps(n->trees, view, nnodes, c, opt.copies)) {
			bitmap_add(n->held, c);
			bitmap_add(n->said, c);
		}
	view[i].self = false;
}

static void
make_cluster(void)
{
	uint32_t i;

	nnodes = opt.seeds + opt.readers + opt.idle;
	nodes = must(calloc(nnodes, sizeof *nodes));
	view = must(calloc(nnodes, sizeof *view));
	for (i = 0; i < nnodes; i++)
		make_node(&nodes[i], i);
	for (i = opt.seeds; i < nnodes; i++)
		make_trees(&nodes[i]);
	running = opt.readers;
	for (i = 0; i < opt.readers; i++) {
		struct node *n = &nodes[opt.seeds + i];

		n->start.happen = node_start;
		event_at(&n->start,
			 i * opt.stagger_ns + i % 2 * opt.late_ns +
			     (random_next() >> 44) * opt.jitter_ns / (1 << 20));
	}
}

/* What was held news_ns ago is known to all now. */
static void
spread_news(struct event *e)
{
	int64_t until = event_now_ns() - opt.news_ns;
	uint32_t i, j, left;

	for (i = opt.seeds; i < nnodes; i++) {
		struct node *n = &nodes[i];

		for (j = 0; j < n->nnews && n->news_at_ns[j] <= until; j++)
			bitmap_add(n->said, n->news[j]);
		left = n->nnews - j;
		memmove(n->news, n->news + j, left * sizeof *n->news);
		memmove(n->news_at_ns, n->news_at_ns + j,
			left * sizeof *n->news_at_ns);
		n->nnews = left;
		node_retry_parked(n);
	}
	event_after(e, 20 * MS);
}

static int
stuck(int64_t last_ns)
{
	uint32_t i, b, shown = 0;
	struct fetch *f;

	fprintf(stderr, "stuck: nothing arrived since %.3f s\n", last_ns / 1e9);
	for (i = 0; i < nnodes; i++)
		for (b = 0; b < BUCKETS; b++)
			for (f = nodes[i].fetches[b]; f != NULL; f = f->next)
				if (shown++ < 40)
					fprintf(stderr,
						"  %u waits for %u from %u\n",
						i, f->chunk,
						f->ntried > 0
						    ? f->tried[f->ntried - 1]
						    : 0);
	return 1;
}

static int
run(void)
{
	struct event news = {.happen = spread_news};
	uint64_t sent = 0, was = 0;
	int64_t checked_ns = 0;
	uint32_t i;

	event_at(&news, 20 * MS);
	while (running > 0 && event_step()) {
		if (event_now_ns() - checked_ns < 20000 * MS)
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

static void
print(double sum, double worst, uint64_t by_seeds, uint64_t busiest,
      double conns, uint32_t most)
{
	double requests = totals.requests;

	printf("readers %u mean %.3f slowest %.3f seed_sent %.3f busiest %.3f "
	       "conns %.0f most_conns %u seed_conns %u by_holder %.3f "
	       "refused %.3f fetch_ms %.0f blocked %.3f blocked_ms %.0f "
	       "took_s %.2f\n",
	       opt.readers, sum / opt.readers, worst,
	       (double)by_seeds / opt.nchunks, (double)busiest / opt.nchunks,
	       conns / (nnodes - opt.seeds), most, nodes[0].conns_in,
	       totals.by_holder / requests, totals.refused / requests,
	       totals.fetch_ns / requests / MS, totals.blocked / requests,
	       totals.blocked_ns / (totals.blocked + 1) / MS,
	       event_now_ns() / 1e9);
}

static void
report(void)
{
	double image = (double)opt.nchunks * opt.chunk, sum = 0, worst = 1e9;
	double conns = 0, rate;
	uint64_t by_seeds = 0, busiest = 0;
	uint32_t i, most = 0;

	for (i = 0; i < nnodes; i++) {
		struct node *n = &nodes[i];
		uint32_t conn = n->conns_in + n->conns_out;

		if (i < opt.seeds) {
			by_seeds += n->sent;
			continue;
		}
		conns += conn;
		most = conn > most ? conn : most;
		busiest = n->sent > busiest ? n->sent : busiest;
		if (n->ended_ns == 0)
			continue;
		rate = image / ((n->ended_ns - n->began_ns) / 1e9) / opt.link;
		sum += rate;
		worst = rate < worst ? rate : worst;
	}
	print(sum, worst, by_seeds, busiest, conns, most);
}

static const struct setting {
	const char *name, *what;
	uint32_t *count;
	int64_t *ns;
	double *quantity;
	double unit;
} settings[] = {
    {"readers", "nodes that read", &opt.readers, NULL, NULL, 1},
    {"seeds", "that are complete", &opt.seeds, NULL, NULL, 1},
    {"idle", "that only serve", &opt.idle, NULL, NULL, 1},
    {"chunks", "of the image", &opt.nchunks, NULL, NULL, 1},
    {"chunk-kib", "size of a chunk", &opt.chunk, NULL, NULL, 1024},
    {"copies", "spread beforehand", &opt.copies, NULL, NULL, 1},
    {"link", "Mbit/s", NULL, NULL, &opt.link, 1e6 / 8 * 0.954},
    {"slow", "times slower are", NULL, NULL, &opt.slow, 1},
    {"slow-share", "that share of nodes", NULL, NULL, &opt.slow_share, 1},
    {"window", "read-ahead, chunks", &opt.window, NULL, NULL, 1},
    {"depth", "reads of a client", &opt.depth, NULL, NULL, 1},
    {"lanes", "1: none", &opt.lanes, NULL, NULL, 1},
    {"lane-conns", "each", &opt.conns[0], NULL, NULL, 1},
    {"lane-pipeline", "requests on each", &opt.pipeline[0], NULL, NULL, 1},
    {"conns", "to other holders", &opt.conns[1], NULL, NULL, 1},
    {"pipeline", "requests on each", &opt.pipeline[1], NULL, NULL, 1},
    {"rtt", "us", NULL, &opt.rtt_ns, NULL, 1000},
    {"bloat", "ms that a request takes on a busy link", NULL, &opt.bloat_ns,
     NULL, MS},
    {"news", "ms until others know", NULL, &opt.news_ns, NULL, MS},
    {"jitter", "ms between the starts", NULL, &opt.jitter_ns, NULL, MS},
    {"stagger", "ms from start to start", NULL, &opt.stagger_ns, NULL, MS},
    {"late", "ms that every other one is late", NULL, &opt.late_ns, NULL, MS},
    {"direct", "1: all from the seed", &opt.direct, NULL, NULL, 1},
};
#define NSETTINGS (sizeof settings / sizeof settings[0])

static int
usage(void)
{
	size_t i;

	fprintf(stderr, "usage: sim [NAME=NUMBER]...\n");
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
	    opt.chunk == 0 || opt.lanes == 0 || opt.conns[0] == 0 ||
	    opt.conns[1] == 0 || opt.pipeline[0] == 0 || opt.pipeline[1] == 0)
		return usage();
	make_cluster();
	failed = run();
	report();
	return failed;
}
