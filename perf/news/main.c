/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* news: measures the cost of telling N readers what N readers hold.
 *
 *   build/perf/news [NODES [MBIT]]
 *
 * Each of NODES readers reads an image in order over a link of MBIT Mbit/s (100
 * if not given), so that chunks of 128 KiB come at random within a window that
 * moves on.  Every CLIENT_BATCH_MS each reader tells one member which chunks
 * have come; the member tells all readers, by its table and its pauses.  The
 * nodes' own code for this runs in memory, without links; the bytes that it
 * sends are counted, with the headers of Ethernet, IP and TCP and an
 * acknowledgement for each burst, and the member's CPU time is measured.  The
 * figures leave out the first two seconds of a run.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/bitmap.h"
#include "membership/client/client.h"
#include "membership/guests.h"
#include "membership/wire/hold.h"
#include "membership/client/self_news.h"

#define CHUNK (128 << 10)
#define CHUNKS 65536 /* chunks of the image, which has 8 GiB */
/* chunks of the window; the same as WINDOW_DEFAULT in router/main.c */
#define WINDOW 128
#define STEP_MS 10
/* the figures leave out so much time at the beginning of a run */
#define BEGIN_MS 2000
#define END_MS 12000
#define SEGMENT 1448
#define HEAD 66
#define PAYLOAD 0.954 /* payload as a part of a link's rate */

struct reader {
	struct self_news *news;
	struct bitmap *held;
	struct digest image;
	uint32_t low; /* the reader holds all chunks below this one */
	/* chunks that have come to the reader and are not marked as held yet */
	double due;
	uint64_t number;
};

/* bytes that readers sent to the member; bytes that the member sent to readers
 */
static uint64_t said, heard;

static double
cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static uint64_t
on_the_wire(uint64_t bytes)
{
	uint64_t segments = (bytes + SEGMENT - 1) / SEGMENT;

	return bytes + HEAD * segments;
}

static struct proto_node
describe(uint64_t i)
{
	struct proto_node n;

	memset(&n, 0, sizeof n);
	memcpy(n.id.b, &i, sizeof i);
	snprintf(n.name, sizeof n.name, "node-%lu", (unsigned long)i);
	n.active = n.serves = n.satellite = true;
	n.nimages = 1;
	n.images[0].id = digest_of("image", 5);
	strcpy(n.images[0].name, "image");
	n.images[0].chunk_size = CHUNK;
	n.images[0].size = (uint64_t)CHUNK * CHUNKS;
	return n;
}

static void
begin(struct reader *r, uint64_t i, struct table *view)
{
	struct proto_node n = describe(i);
	static uint8_t buf[1 << 16];

	r->number = i;
	r->news = self_news_new();
	r->held = bitmap_new(CHUNKS);
	r->image = n.images[0].id;
	r->due = rand() % 1000 / 1000.0;
	assert(r->news != NULL && r->held != NULL);
	assert(table_node(view, i, &n) == 0);
	self_news_describe(r->news, &n);
	self_news_held(r->news, &r->image, r->held);
	self_news_flush(r->news);
	while (self_news_read(r->news, PROTO_HIGHEST, buf, sizeof buf) > 0)
		;
}

static void
read_on(struct reader *r, double chunks)
{
	for (r->due += chunks; r->due >= 1; r->due--) {
		uint32_t c = r->low + rand() % WINDOW;

		while (c < CHUNKS && bitmap_has(r->held, c))
			c = r->low + rand() % WINDOW;
		if (c < CHUNKS)
			bitmap_add(r->held, c);
		r->low = bitmap_next_missing(r->held, r->low);
	}
}

static void
tell_member(struct reader *r, struct table *view)
{
	static uint8_t buf[1 << 16];
	struct proto_msg m;
	size_t len;

	self_news_flush(r->news);
	len = self_news_read(r->news, PROTO_HIGHEST, buf, sizeof buf);
	said += len > 0 ? on_the_wire(len) + HEAD : 0;
	for (size_t at = 0; at < len;) {
		ssize_t n = proto_decode(buf + at, len - at, &m);
		struct proto_hold h;

		assert(n > 0);
		at += n;
		while (m.type == PROTO_HOLD && m.nparts > 0) {
			assert(hold_next(&m.parts, &m.nparts, &h));
			memcpy(h.node.b, &r->number, sizeof r->number);
			h.image = r->image;
			table_hold(view, r->number, &h);
		}
	}
}

/* Lets the member tell n readers the news that each lacks.  Returns how many
 * bytes go to all of them together, without headers. */
static uint64_t
tell_readers(struct table *view, struct table_reader *at, unsigned n)
{
	static uint8_t buf[1 << 16];
	uint64_t all = 0;

	table_mark(view);
	for (unsigned i = 0; i < n; i++) {
		uint64_t bytes = 0;
		ssize_t len;

		while ((len = table_read(view, &at[i], buf, sizeof buf)) > 0)
			bytes += len;
		heard += bytes > 0 ? on_the_wire(bytes) + HEAD : 0;
		all += bytes;
	}
	return all;
}

/* Runs a step of STEP_MS: `chunks` chunks come to each reader; the readers
 * whose CLIENT_BATCH_MS are over tell the member what they hold. */
static void
step(struct reader *r, unsigned n, int64_t ms, double chunks,
     struct table *view)
{
	for (unsigned i = 0; i < n; i++) {
		read_on(&r[i], chunks);
		if ((ms / STEP_MS + i) % (CLIENT_BATCH_MS / STEP_MS) == 0)
			tell_member(&r[i], view);
	}
}

static void
print(unsigned n, double pause, double member_s, double bytes)
{
	double seconds = (END_MS - BEGIN_MS) / 1000.0;
	double all = heard / seconds;

	printf("%5u %6.0f %8.0f %10.0f %8.2f %8.2f %7.1f\n", n, pause,
	       (double)said / n / seconds, all, all / bytes * 100,
	       all / n / bytes * 100, member_s / seconds * 1000);
}

static void
reckon(unsigned n, double mbit)
{
	struct table *view = table_new();
	struct reader *r = calloc(n, sizeof *r);
	struct table_reader *at = calloc(n, sizeof *at);
	double bytes = mbit * 1e6 / 8;
	double member_s = 0, pauses = 0, sum = 0;
	int64_t told_ms = 0, pause = 0;

	assert(view != NULL && r != NULL && at != NULL);
	for (unsigned i = 0; i < n; i++)
		begin(&r[i], i, view);
	for (int64_t ms = 0; ms < END_MS; ms += STEP_MS) {
		double began;

		if (ms == BEGIN_MS)
			said = heard = member_s = pauses = sum = 0;
		step(r, n, ms, bytes * PAYLOAD / CHUNK * STEP_MS / 1000, view);
		if (ms < told_ms + pause)
			continue;
		began = cpu_s();
		told_ms = ms;
		pause = guests_pause_ms(tell_readers(view, at, n));
		member_s += cpu_s() - began;
		pauses++;
		sum += pause;
	}
	print(n, sum / pauses, member_s, bytes);
	for (unsigned i = 0; i < n; i++) {
		self_news_free(r[i].news);
		bitmap_free(r[i].held);
	}
	table_free(view);
	free(r);
	free(at);
}

int
main(int argc, char **argv)
{
	static const unsigned some[] = {16, 32, 64, 200, 1000};
	double mbit = argc > 2 ? atof(argv[2]) : 100;

	printf("%.0f Mbit/s; bytes in a second, with headers\n"
	       "nodes  pause a_node_says member_says %%of_link %%a_reader "
	       "ms_of_CPU\n",
	       mbit);
	if (argc > 1)
		reckon(atoi(argv[1]), mbit);
	for (size_t i = 0; argc < 2 && i < sizeof some / sizeof *some; i++)
		reckon(some[i], mbit);
	return 0;
}
