#include "router/window.h"

#include "router/route.h"

#define SAMPLE_NS 200000000LL

static void
begin_sample(struct window *w, int64_t now_ns)
{
	w->since_ns = now_ns;
	w->sample_bytes = 0;
}

void
window_asked(struct window *w, int64_t now_ns)
{
	if (++w->asks == WINDOW_FULL)
		begin_sample(w, now_ns);
}

void
window_answered(struct window *w, uint32_t bytes, int64_t now_ns)
{
	int64_t ns = now_ns - w->since_ns;
	uint64_t rate;

	if (w->asks-- < WINDOW_FULL)
		return;
	w->sample_bytes += bytes;
	if (ns < SAMPLE_NS)
		return;
	rate = w->sample_bytes * 1000000000ULL / (uint64_t)ns;
	w->rate = w->rate == 0 ? rate : (w->rate * 3 + rate) / 4;
	begin_sample(w, now_ns);
}

int
window_bytes(const struct window *w)
{
	uint64_t bytes =
	    w->rate / (1000000000ULL / WINDOW_QUEUE_NS) / ROUTE_STRIPES;

	if (w->rate == 0 || bytes > WINDOW_MOST)
		return WINDOW_MOST;
	return bytes > WINDOW_LEAST ? (int)bytes : WINDOW_LEAST;
}
