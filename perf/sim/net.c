/* A link's level is what it offers each of its flows: such that the flows,
 * each taking the lesser of its two ends' offers, fill it exactly; and more
 * than any of them can take, if they do not.  Once all levels agree that is
 * max-min fairness.
 *
 * When a flow comes or goes the levels of its two ends are found anew, then
 * those of links that notice: whose flow changed by more than NOTICE.  Not
 * more than ROUNDS links a change, since what is left is put right by the
 * next change there, which is never far.
 */
#include "perf/sim/net.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define NOTICE 0.05
#define SAME 0.005 /* rates that differ by less are not worth an event */
#define ROUNDS 24

static struct link *work[ROUNDS];
static uint32_t nwork, next_work;

void
link_init(struct link *l, double bytes_per_s)
{
	*l = (struct link){0};
	l->cap = bytes_per_s / 1e9;
	l->level = l->cap;
}

static double
offered(const struct flow *f, const struct link *l)
{
	return f->end[0] == l ? f->end[1]->level : f->end[0]->level;
}

static void
find_level(struct link *l)
{
	double level = l->nflows > 0 ? l->cap / l->nflows : l->cap;
	double taken, most, o;
	uint32_t i, limited, was = 0;

	for (;;) {
		taken = most = 0;
		for (limited = i = 0; i < l->nflows; i++) {
			o = offered(l->flows[i], l);
			if (o > level)
				continue;
			limited++;
			taken += o;
			most = fmax(most, o);
		}
		if (limited == l->nflows) {
			l->level = most + fmax(0, l->cap - taken);
			return;
		}
		if (limited <= was)
			break;
		was = limited;
		level = (l->cap - taken) / (l->nflows - limited);
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

	f->left -= moved;
	f->end[0]->carried += moved;
	f->end[1]->carried += moved;
	f->since_ns = now;
}

static void
set_rate(struct flow *f, struct link *seen_from)
{
	double rate = fmin(f->end[0]->level, f->end[1]->level);
	double change = fabs(rate - f->rate);

	if (change <= SAME * f->rate)
		return;
	if (change > NOTICE * f->rate)
		later(f->end[f->end[0] == seen_from]);
	flow_progress(f);
	f->rate = rate;
	event_after(&f->done, ceil(fmax(f->left, 0) / rate));
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
attach(struct flow *f, int side)
{
	struct link *l = f->end[side];

	if (l->nflows == l->room) {
		l->room = l->room > 0 ? 2 * l->room : 8;
		l->flows = realloc(l->flows, l->room * sizeof *l->flows);
		if (l->flows == NULL) {
			perror("sim");
			exit(1);
		}
	}
	f->at[side] = l->nflows;
	l->flows[l->nflows++] = f;
}

static void
detach(struct flow *f, int side)
{
	struct link *l = f->end[side];
	struct flow *last = l->flows[--l->nflows];

	l->flows[f->at[side]] = last;
	last->at[side] = f->at[side];
}

void
flow_start(struct flow *f, struct link *up, struct link *down, uint32_t bytes)
{
	f->end[0] = up;
	f->end[1] = down;
	f->left = bytes;
	f->rate = 0;
	f->since_ns = event_now_ns();
	attach(f, 0);
	attach(f, 1);
	later(up);
	later(down);
	settle();
}

void
flow_end(struct flow *f)
{
	flow_progress(f);
	event_cancel(&f->done);
	detach(f, 0);
	detach(f, 1);
	later(f->end[0]);
	later(f->end[1]);
	settle();
}
