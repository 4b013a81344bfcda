/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/policy/window.h"

#include "router/policy/route.h"

/* while at most so many peers owe something, WINDOW_ANY_MOST is the window;
 * arbitrary: what so few send at once does not fill a queue */
#define FEW 2
#define SAMPLE_NS 200000000LL

static void
begin_sample(struct window *w, int64_t now_ns)
{
	w->since_ns = now_ns;
	w->sample_bytes = 0;
}

void
window_asked(struct window *w, bool by_lane, int64_t now_ns)
{
	w->lanes += by_lane;
	if (++w->asks == WINDOW_FULL)
		begin_sample(w, now_ns);
}

void
window_answered(struct window *w, bool by_lane, uint32_t bytes, int64_t now_ns)
{
	int64_t ns = now_ns - w->since_ns;
	uint64_t rate;

	w->lanes -= by_lane;
	if (w->asks-- < WINDOW_FULL)
		return;
	w->sample_bytes += bytes;
	if (ns < SAMPLE_NS)
		return;
	rate = w->sample_bytes * 1000000000ULL / (uint64_t)ns;
	w->rate = w->rate == 0 ? rate : (w->rate * 3 + rate) / 4;
	begin_sample(w, now_ns);
}

void
window_source(struct window *w, bool more)
{
	w->sources += more ? 1 : -1;
}

/* Returns the window of each of `of` connections that share what the link
 * carries in WINDOW_QUEUE_NS: at least WINDOW_LEAST, at most `most`, and `most`
 * while the rate is unknown. */
static int
share(const struct window *w, unsigned of, int most)
{
	uint64_t bytes = w->rate / (1000000000ULL / WINDOW_QUEUE_NS) / of;

	if (w->rate == 0 || bytes > (uint64_t)most)
		return most;
	return bytes > WINDOW_LEAST ? (int)bytes : WINDOW_LEAST;
}

int
window_lane(const struct window *w)
{
	return share(w, ROUTE_STRIPES, WINDOW_MOST);
}

int
window_any(const struct window *w)
{
	if (w->lanes == 0 && w->sources <= FEW)
		return WINDOW_ANY_MOST;
	return share(w, WINDOW_ANY, WINDOW_ANY_MOST);
}
