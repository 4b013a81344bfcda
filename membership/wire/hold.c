/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/wire/hold.h"

#include <assert.h>
#include <string.h>

#include "lib/bitmap.h"
#include "lib/codec.h"
#include "lib/manifest.h"
#include "membership/wire/outbuf.h"

#define CHANGE_SHIFT 4
#define INDEX_MASK 0x0f
#define VARINT_BYTES 5
/* number of zeros with which the code of a run of PROTO_SPAN_MAX chunks
 * begins */
#define GAMMA_ZEROS 18

/* --- reading a HOLD --- */

/* Reads a number that is written in bytes of seven bits.  The reader fails if a
 * byte is superfluous, so that each number has only one form, or if there are
 * more than 32 bits. */
static uint32_t
read_varint(struct reader *r)
{
	uint32_t v = 0;

	for (int i = 0; i < VARINT_BYTES; i++) {
		uint8_t b = read_u8(r);

		v |= (uint32_t)(b & 0x7f) << (7 * i);
		if ((b & 0x80) != 0)
			continue;
		if ((b == 0 && i > 0) || (i == VARINT_BYTES - 1 && b > 0x0f))
			break;
		return v;
	}
	r->failed = true;
	return 0;
}

struct bits {
	const uint8_t *p;
	size_t n, at; /* number of bits; index of the next bit */
};

/* Returns the next bit; after the last bit returns zeros, which read_run
 * refuses, since no run's length consists of zeros only. */
static bool
read_bit(struct bits *b)
{
	bool set = b->at < b->n && (b->p[b->at / 8] >> (7 - b->at % 8)) & 1;

	b->at++;
	return set;
}

/* Returns the next run's length; 0: the next bits are no valid length. */
static uint32_t
read_run(struct bits *b)
{
	uint32_t v = 1;
	int zeros = 0;

	while (!read_bit(b))
		if (++zeros > GAMMA_ZEROS)
			return 0;
	while (zeros-- > 0)
		v = v << 1 | read_bit(b);
	return v;
}

/* Returns how many bytes the runs at h->runs take, which together must make
 * h->span chunks; 0: they are malformed. */
static size_t
runs_length(const struct proto_hold *h, size_t left)
{
	struct bits b = {.p = h->runs, .n = 8 * left};
	uint32_t span = 0;

	if (h->change == PROTO_HELD)
		read_bit(&b);
	while (span < h->span) {
		uint32_t run = read_run(&b);

		if (run == 0 || run > h->span - span)
			return 0;
		span += run;
	}
	if (b.at > b.n)
		return 0;
	while (b.at % 8 != 0)
		if (read_bit(&b))
			return 0;
	return b.at / 8;
}

bool
hold_next(const uint8_t **parts, size_t *left, struct proto_hold *h)
{
	struct reader r = reader_init(*parts, *left);
	uint32_t number = read_varint(&r);
	uint8_t what = read_u8(&r);

	memset(h, 0, sizeof *h);
	h->number = number;
	h->index = what & INDEX_MASK;
	h->change = what >> CHANGE_SHIFT;
	h->first = read_varint(&r);
	h->span = read_varint(&r);
	if (r.failed || number >= PROTO_NUMBERS_MAX ||
	    what >> CHANGE_SHIFT > PROTO_DROPPED || h->span == 0 ||
	    h->span > PROTO_SPAN_MAX || h->first >= MANIFEST_CHUNKS_MAX ||
	    h->span > MANIFEST_CHUNKS_MAX - h->first)
		return false;
	h->runs = r.p;
	h->nruns = runs_length(h, r.left);
	if (h->nruns == 0)
		return false;
	*parts = r.p + h->nruns;
	*left = r.left - h->nruns;
	return true;
}

static void
next_run(struct hold_reader *r)
{
	struct bits b = {.p = r->h->runs, .n = 8 * r->h->nruns, .at = r->bit};

	r->run = read_run(&b);
	r->bit = b.at;
	r->marked = !r->marked;
}

struct hold_reader
hold_reader_init(const struct proto_hold *h)
{
	struct hold_reader r = {.h = h, .chunk = h->first};

	/* next_run inverts r.marked before each run, so r.marked begins as the
	 * opposite of the first run's mark. */
	if (h->change == PROTO_HELD) {
		r.marked = (h->runs[0] & 0x80) == 0;
		r.bit = 1;
	}
	return r;
}

/* Returns a bitmap word in which the bits `from` to `to` - 1 are set. */
static uint64_t
bit_range(uint32_t from, uint32_t to)
{
	uint64_t below = to == 64 ? UINT64_MAX : (UINT64_C(1) << to) - 1;

	return below & (UINT64_MAX << from);
}

bool
hold_read(struct hold_reader *r, struct hold_word *w)
{
	uint32_t end = r->h->first + r->h->span;
	uint64_t marked = 0, all = 0;

	if (r->chunk == end)
		return false;
	w->word = r->chunk / 64;
	while (r->chunk < end && r->chunk / 64 == w->word) {
		uint32_t at = r->chunk % 64, n = 64 - at;

		if (r->run == 0)
			next_run(r);
		if (n > r->run)
			n = r->run;
		all |= bit_range(at, at + n);
		if (r->marked)
			marked |= bit_range(at, at + n);
		r->chunk += n;
		r->run -= n;
	}
	w->mask = r->h->change == PROTO_HELD ? all : marked;
	w->bits = r->h->change == PROTO_DROPPED ? 0 : marked;
	return true;
}

void
hold_apply(const struct proto_hold *h, struct bitmap *held)
{
	struct hold_reader r = hold_reader_init(h);
	struct hold_word w;

	while (hold_read(&r, &w) && w.word < bitmap_words(held))
		(void)bitmap_set_word(held, w.word,
				      (bitmap_word(held, w.word) & ~w.mask) |
					  w.bits);
}

/* --- writing a HOLD --- */

static void
write_varint(struct writer *w, uint32_t v)
{
	for (; v > 0x7f; v >>= 7)
		write_u8(w, v | 0x80);
	write_u8(w, v);
}

struct bit_writer {
	struct writer *w;
	uint8_t byte;
	int n; /* bits of `byte` that are written */
};

static void
write_bit(struct bit_writer *b, bool set)
{
	b->byte = b->byte << 1 | set;
	if (++b->n < 8)
		return;
	write_u8(b->w, b->byte);
	b->n = 0;
}

static void
write_run(struct bit_writer *b, uint32_t length)
{
	int bits = 31 - __builtin_clz(length);

	for (int i = 0; i < bits; i++)
		write_bit(b, false);
	for (; bits >= 0; bits--)
		write_bit(b, length >> bits & 1);
}

static bool
marked(const struct hold_part *p, uint32_t chunk)
{
	return p->words[chunk / 64 - p->first] >> chunk % 64 & 1;
}

/* Returns how many chunks in a row, from `chunk` on and before `end`, are
 * marked as `chunk` is, or unmarked as it is. */
static uint32_t
run_at(const struct hold_part *p, uint32_t chunk, uint32_t end)
{
	uint64_t like = marked(p, chunk) ? 0 : UINT64_MAX;
	uint32_t at = chunk;

	while (at < end) {
		uint64_t other =
		    (p->words[at / 64 - p->first] ^ ~like) >> at % 64;

		if (other != 0) {
			at += __builtin_ctzll(other);
			break;
		}
		at = at / 64 * 64 + 64;
	}
	return (at < end ? at : end) - chunk;
}

static void
write_runs(struct writer *w, const struct hold_part *p, uint32_t first,
	   uint32_t end)
{
	struct bit_writer b = {.w = w};

	if (p->change == PROTO_HELD)
		write_bit(&b, marked(p, first));
	while (first < end) {
		uint32_t run = run_at(p, first, end);

		write_run(&b, run);
		first += run;
	}
	while (b.n > 0)
		write_bit(&b, false);
}

/* Sets *first to the first chunk of a part's span, and returns the chunk behind
 * the last.  With PROTO_HELD the span has all chunks of the part; with another
 * change, those from the first marked chunk to the last. */
static uint32_t
bounds(const struct hold_part *p, uint32_t *first)
{
	uint32_t end = 64 * (p->first + p->n);

	if (end > p->nchunks)
		end = p->nchunks;
	*first = 64 * p->first;
	if (p->change == PROTO_HELD)
		return end;
	while (*first < end && !marked(p, *first))
		*first += run_at(p, *first, end);
	while (end > *first && !marked(p, end - 1))
		end--;
	return end;
}

static void
begin_frame(struct hold_frame *f)
{
	f->head = f->room->buf;
	f->span = 0;
	outbuf_used(f->room, PROTO_HEAD);
}

void
hold_close(struct hold_frame *f)
{
	struct writer w;

	if (f->head == NULL)
		return;
	w = writer_init(f->head, PROTO_HEAD);
	write_u32(&w, f->room->buf - f->head - PROTO_HEAD);
	write_u8(&w, PROTO_HOLD);
	f->head = NULL;
}

bool
hold_put(struct hold_frame *f, const struct hold_part *p)
{
	uint32_t first, end = bounds(p, &first);
	size_t most = HOLD_BYTES(p->n);
	struct writer w;

	assert(p->n <= HOLD_WORDS_MAX && most <= f->most - PROTO_HEAD);
	if (first == end)
		return true;
	if (f->head != NULL && (f->span + (end - first) > PROTO_SPAN_MAX ||
				f->room->buf - f->head + most > f->most))
		hold_close(f);
	if (f->room->left < most + (f->head == NULL ? PROTO_HEAD : 0))
		return false;
	if (f->head == NULL)
		begin_frame(f);
	w = writer_init(f->room->buf, f->room->left);
	write_varint(&w, p->number);
	write_u8(&w, p->change << CHANGE_SHIFT | p->index);
	write_varint(&w, first);
	write_varint(&w, end - first);
	write_runs(&w, p, first, end);
	outbuf_used(f->room, w.wrote);
	f->span += end - first;
	return true;
}
