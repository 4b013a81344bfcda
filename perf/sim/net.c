/* A link's level is what it offers each of its flows: such that the flows,
 * each taking the least of what its links offer, fill it exactly; and more
 * than any of them can take, if they do not.  Once all levels agree that is
 * max-min fairness.
 *
 * When a flow comes or goes the levels of its links are found anew, then
 * those of links that notice: whose flow changed by more than NOTICE.  Not
 * more than ROUNDS links a change, since what is left is put right by the
 * next change there, which is never far.  (With NOTICE 0.02, SAME 0.002 and
 * ROUNDS 200 it takes twice the time, and throughputs differ by 0.001.)
 */
#include "perf/sim/net.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define NOTICE 0.1
#define SAME 0.02 /* rates that differ by less are not worth an event */
#define ROUNDS 8

static struct link *work[ROUNDS];
static uint32_t nwork, next_work;

void
link_init(struct link *l, double bytes_per_s)
{
	*l = (struct link){0};
	l->cap = bytes_per_s / 1e9;
	l->level = l->cap;
}

/* The least that its links offer, `but` not asked. */
static double
offered(const struct flow *f, const struct link *but)
{
	double least = 1e9;
	uint32_t i;

	for (i = 0; i < f->nends; i++)
		if (f->end[i] != but && f->end[i]->level < least)
			least = f->end[i]->level;
	return least;
}

static void
find_level(struct link *l)
{
	double level, taken, most, o, unbound, was = 1e18;
	uint32_t i;

	for (unbound = i = 0; i < l->nflows; i++)
		unbound += l->flows[i]->weight;
	level = unbound > 0 ? l->cap / unbound : l->cap;
	for (;;) {
		taken = most = unbound = 0;
		for (i = 0; i < l->nflows; i++) {
			const struct flow *f = l->flows[i];

			o = offered(f, l);
			if (o > level) {
				unbound += f->weight;
				continue;
			}
			taken += o * f->weight;
			most = o > most ? o : most;
		}
		if (unbound == 0) {
			l->level = most + (taken < l->cap ? l->cap - taken : 0);
			return;
		}
		if (unbound >= was)
			break;
		was = unbound;
		level = (l->cap - taken) / unbound;
	}
	l->level = level;
}

static void
later(struct link *l)
{
	if (l->queued || nwork == ROUNDS)
		return;
	l->queued = true;
	work[nwork++] = l;
}

static void
flow_progress(struct flow *f)
{
	int64_t now = event_now_ns();
	double moved = f->rate * (now - f->since_ns);
	uint32_t i;

	f->left -= moved;
	for (i = 0; i < f->nends; i++)
		f->end[i]->carried += moved;
	f->since_ns = now;
}

static void
set_rate(struct flow *f, const struct link *seen_from)
{
	double rate = offered(f, NULL) * f->weight;
	double change = fabs(rate - f->rate);
	uint32_t i;

	if (change <= SAME * f->rate)
		return;
	if (change > NOTICE * f->rate)
		for (i = 0; i < f->nends; i++)
			if (f->end[i] != seen_from)
				later(f->end[i]);
	flow_progress(f);
	f->rate = rate;
	event_after(&f->done, ceil((f->left > 0 ? f->left : 0) / rate));
}

static void
settle(void)
{
	struct link *l;
	uint32_t i;

	for (next_work = 0; next_work < nwork; next_work++) {
		l = work[next_work];
		find_level(l);
		for (i = 0; i < l->nflows; i++)
			set_rate(l->flows[i], l);
	}
	for (i = 0; i < nwork; i++)
		work[i]->queued = false;
	nwork = 0;
}

void
link_set_rate(struct link *l, double bytes_per_s)
{
	l->cap = bytes_per_s / 1e9;
	later(l);
	settle();
}

static void
attach(struct flow *f, struct link *l)
{
	if (l->nflows == l->room) {
		l->room = l->room > 0 ? 2 * l->room : 8;
		l->flows = realloc(l->flows, l->room * sizeof *l->flows);
		if (l->flows == NULL) {
			perror("sim");
			exit(1);
		}
	}
	f->at[f->nends] = l->nflows;
	f->end[f->nends++] = l;
	l->flows[l->nflows++] = f;
}

static void
detach(struct flow *f, uint32_t i)
{
	struct link *l = f->end[i];
	struct flow *last = l->flows[--l->nflows];
	uint32_t j;

	l->flows[f->at[i]] = last;
	for (j = 0; last->end[j] != l;)
		j++;
	last->at[j] = f->at[i];
}

void
flow_start(struct flow *f, struct link *const ends[FLOW_ENDS], uint32_t bytes,
	   double weight)
{
	uint32_t i;

	f->left = bytes;
	f->rate = 0;
	f->weight = weight;
	f->since_ns = event_now_ns();
	f->nends = 0;
	for (i = 0; i < FLOW_ENDS; i++)
		if (ends[i] != NULL)
			attach(f, ends[i]);
	for (i = 0; i < f->nends; i++)
		later(f->end[i]);
	settle();
}

void
flow_end(struct flow *f)
{
	uint32_t i;

	flow_progress(f);
	event_cancel(&f->done);
	for (i = 0; i < f->nends; i++)
		detach(f, i);
	for (i = 0; i < f->nends; i++)
		later(f->end[i]);
	settle();
}
