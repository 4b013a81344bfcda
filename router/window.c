#include "router/window.h"

#include "router/route.h"

#define SAMPLE_NS 200000000LL
#define PAUSE_NS 2000000000LL /* since the sample began: nothing was wanted */

void
window_came(struct window *w, uint32_t bytes, int64_t now_ns)
{
	int64_t ns = now_ns - w->since_ns;
	uint64_t rate;

	w->sample_bytes += bytes;
	if (ns < SAMPLE_NS)
		return;
	rate = w->sample_bytes * 1000000000ULL / (uint64_t)ns;
	if (w->rate == 0 && ns < PAUSE_NS)
		w->rate = rate;
	else if (ns < PAUSE_NS)
		w->rate = (w->rate * 3 + rate) / 4;
	w->since_ns = now_ns;
	w->sample_bytes = 0;
}

int
window_bytes(const struct window *w)
{
	uint64_t bytes =
	    w->rate / (1000000000ULL / WINDOW_QUEUE_NS) / ROUTE_STRIPES;

	if (bytes < WINDOW_LEAST)
		return WINDOW_LEAST;
	return bytes < WINDOW_MOST ? (int)bytes : WINDOW_MOST;
}
