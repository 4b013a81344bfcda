/* A store with a budget, as router/keeper.c keeps it. */
#include "perf/sim/sim.h"
#include "router/fill.h"
#include "router/random.h"

#define CANDIDATES 48

void
store_make_room(struct node *n)
{
	struct fill_candidate c[CANDIDATES];
	struct fill_state f = {.nodes = view,
			       .nnodes = nnodes,
			       .nchunks = opt.nchunks,
			       .copies = opt.copies > 0 ? opt.copies : 3};
	uint32_t i, at, chunk;

	view[n->number].self = true;
	while (bitmap_count(n->held) > opt.budget) {
		for (i = 0; i < CANDIDATES; i++) {
			at = random_below(&n->random, opt.nchunks);
			at = bitmap_next(n->held, at);
			if (at == opt.nchunks)
				at = bitmap_next(n->held, 0);
			c[i] = (struct fill_candidate){at, at};
		}
		chunk = fill_evict(&f, c, CANDIDATES, true);
		bitmap_remove(n->held, chunk);
		view_held(n, chunk, false);
		totals.evicted++;
	}
	view[n->number].self = false;
}
