/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* A cluster of stores that nobody reads, in rounds: each node hears late what
 * the others hold, copies some chunks, and gives some up. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "router/policy/random.h"
#include "router/policy/spread.h"

#define NODES 16
#define LATE 4    /* rounds that news takes at most */
#define COPIED 32 /* chunks that a node copies in a round */
#define SWAPS 128
#define QUIET 20 /* rounds without a change: it is over */

struct store {
	uint64_t key;
	uint32_t room;
	bool alive;
	struct bitmap *held, *have;
	struct bitmap *said[LATE]; /* chunks held some rounds ago */
	struct spread *spread;
	struct spread_swap swaps[SWAPS];
	uint32_t nswaps;
};

struct room {
	struct store stores[NODES];
	uint32_t nchunks, n;
	uint64_t rng;
	uint64_t moved, dropped;
	unsigned round;
	bool seed;
};

static void
copy(struct bitmap *to, const struct bitmap *from)
{
	for (uint32_t w = 0; w < bitmap_words(from); w++)
		bitmap_set_word(to, w, bitmap_word(from, w));
}

static struct room *
room_new(uint32_t nchunks, uint32_t n, const unsigned *percent)
{
	struct room *r = calloc(1, sizeof *r);

	assert_non_null(r);
	*r = (struct room){.nchunks = nchunks, .n = n, .rng = 7, .seed = true};
	for (uint32_t i = 0; i < n; i++) {
		struct store *s = &r->stores[i];

		s->key = random_next(&r->rng);
		s->room = nchunks * percent[i] / 100;
		s->held = bitmap_new(nchunks);
		s->have = bitmap_new(nchunks);
		s->spread = spread_new(nchunks);
		for (unsigned d = 0; d < LATE; d++)
			s->said[d] = bitmap_new(nchunks);
	}
	return r;
}

static void
room_free(struct room *r)
{
	for (uint32_t i = 0; i < r->n; i++) {
		struct store *s = &r->stores[i];

		bitmap_free(s->held);
		bitmap_free(s->have);
		spread_free(s->spread);
		for (unsigned d = 0; d < LATE; d++)
			bitmap_free(s->said[d]);
	}
	free(r);
}

/* The nodes as one of them sees them. */
static uint32_t
view(struct room *r, const struct store *own, struct spread_node *nodes)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < r->n; i++) {
		struct store *s = &r->stores[i];
		unsigned late = random_below(&r->rng, LATE);

		const struct bitmap *held =
		    s == own ? s->held
			     : s->said[(r->round + LATE - late) % LATE];

		if (s->alive)
			nodes[n++] = (struct spread_node){
			    .key = s->key,
			    .room = s->room,
			    .self = s == own,
			    .fills = bitmap_count(held) < s->room,
			    .swaps = bitmap_count(held) == s->room,
			    .held = held};
	}
	return n;
}

static unsigned
do_swaps(struct room *r, struct store *s)
{
	unsigned done = 0;

	for (; s->nswaps > 0 && done < COPIED; s->nswaps--) {
		struct spread_swap w = s->swaps[s->nswaps - 1];

		assert_true(bitmap_has(s->held, w.drop));
		assert_false(bitmap_has(s->held, w.get));
		if (spread_others(s->spread, w.drop) <=
		    spread_others(s->spread, w.get))
			continue;
		bitmap_remove(s->held, w.drop);
		bitmap_add(s->held, w.get);
		r->moved++;
		r->dropped++;
		done++;
	}
	return done;
}

static void
go_on(struct room *r, struct store *s)
{
	struct spread_node nodes[NODES];
	uint32_t n = view(r, s, nodes), chunk;
	unsigned done;

	assert_int_equal(spread_look(s->spread, nodes, n), 0);
	done = do_swaps(r, s);
	copy(s->have, s->held);
	for (; done < COPIED && bitmap_count(s->held) < s->room; done++) {
		chunk = spread_next(s->spread, s->have, r->seed);
		if (chunk == SPREAD_NONE)
			break;
		assert_true(bitmap_add(s->have, chunk));
		bitmap_add(s->held, chunk);
		r->moved++;
	}
	if (done == 0)
		s->nswaps = spread_plan(s->spread, nodes, n, s->swaps, SWAPS);
}

/* Until nothing moves any more; in so many rounds. */
static unsigned
settle(struct room *r)
{
	uint64_t moved = r->moved;
	unsigned quiet = 0, rounds = 0;

	while (quiet < QUIET) {
		r->round++;
		for (uint32_t i = 0; i < r->n; i++)
			copy(r->stores[i].said[r->round % LATE],
			     r->stores[i].held);
		for (uint32_t i = 0; i < r->n; i++)
			if (r->stores[i].alive)
				go_on(r, &r->stores[i]);
		quiet = r->moved == moved ? quiet + 1 : 0;
		moved = r->moved;
		assert_true(++rounds < 1000);
	}
	return rounds - QUIET;
}

static void
all_alive(struct room *r)
{
	for (uint32_t i = 0; i < r->n; i++)
		r->stores[i].alive = true;
}

/* No chunk has two copies more than another, and no store has room left. */
static void
check_even(const struct room *r)
{
	uint32_t least = UINT32_MAX, most = 0, room = 0, copies = 0;

	for (uint32_t c = 0; c < r->nchunks; c++) {
		uint32_t k = 0;

		for (uint32_t i = 0; i < r->n; i++)
			k += r->stores[i].alive &&
			     bitmap_has(r->stores[i].held, c);
		least = k < least ? k : least;
		most = k > most ? k : most;
		copies += k;
	}
	for (uint32_t i = 0; i < r->n; i++)
		room += r->stores[i].alive ? r->stores[i].room : 0;
	assert_int_equal(copies, room);
	assert_true(most <= least + 1);
}

static const unsigned same[NODES] = {30, 30, 30, 30, 30, 30, 30, 30,
				     30, 30, 30, 30, 30, 30, 30, 30};
static const unsigned few[] = {50, 50, 50};
static const unsigned unlike[] = {20, 30, 40, 50, 60};
static const unsigned little[] = {20, 20, 20, 20};
static const unsigned mixed[] = {5, 95, 10, 80, 10, 5, 40, 100};

static void
begin_at_once(uint32_t nchunks, uint32_t n, const unsigned *percent)
{
	struct room *r = room_new(nchunks, n, percent);

	all_alive(r);
	settle(r);
	check_even(r);
	/* hashes that follow the rooms leave little to mend */
	assert_true(r->dropped * 10 <= r->moved);
	room_free(r);
}

static void
test_at_once(void **state)
{
	begin_at_once(800, 16, same);
	begin_at_once(800, 3, few);
	begin_at_once(800, 5, unlike);
	begin_at_once(800, 4, little);
	begin_at_once(800, 8, mixed);
	begin_at_once(1, 3, few);
	begin_at_once(0, 3, few);
}

static void
test_one_by_one(void **state)
{
	struct room *r = room_new(800, 5, unlike);

	for (uint32_t i = 0; i < r->n; i++) {
		uint64_t moved = r->moved;

		r->stores[i].alive = true;
		settle(r);
		check_even(r);
		assert_true((r->moved - moved) * 10 <=
			    r->stores[i].room * 15UL);
	}
	room_free(r);
}

/* A death moves less than what was held, a return with the old store nothing
 * or what makes it even again. */
static void
test_death_and_return(void **state)
{
	struct room *r = room_new(800, 16, same);
	uint64_t moved;

	all_alive(r);
	settle(r);
	moved = r->moved;
	r->seed = false;
	r->stores[3].alive = r->stores[7].alive = r->stores[8].alive = false;
	settle(r);
	check_even(r);
	assert_true(r->moved - moved <= 3 * 240);
	moved = r->moved;
	r->stores[3].alive = r->stores[7].alive = true;
	settle(r);
	check_even(r);
	assert_true(r->moved - moved <= 2 * 240);
	room_free(r);
}

static void
test_rest(void **state)
{
	struct room *r = room_new(800, 16, same);
	uint64_t moved;

	all_alive(r);
	settle(r);
	moved = r->moved;
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(settle(r), 0);
	assert_int_equal(r->moved, moved);
	room_free(r);
}

/* Nodes come first in proportion to their room. */
static void
test_order(void **state)
{
	struct spread *s = spread_new(4000);
	struct spread_node nodes[] = {
	    {.key = 11, .room = 400, .self = true},
	    {.key = 12, .room = 800},
	    {.key = 13, .room = 1200},
	};
	uint32_t first = 0;

	assert_int_equal(spread_look(s, nodes, 3), 0);
	assert_int_equal(spread_level(s), 2400 * 256 / 4000);
	for (uint32_t c = 0; c < 4000; c++)
		first += spread_rank(s, c) == 0;
	assert_in_range(first, 4000 / 6 - 100, 4000 / 6 + 100);
	spread_free(s);
}

static void
test_census(void **state)
{
	struct spread *s = spread_new(10);
	struct bitmap *a = bitmap_new(10), *b = bitmap_new(10);
	struct spread_node nodes[] = {
	    {.key = 1, .room = 10, .self = true, .held = a},
	    {.key = 2, .room = 10, .held = b},
	    {.key = 3, .room = 10, .complete = true},
	};
	uint32_t by[3];

	bitmap_add(a, 1);
	bitmap_add(b, 1);
	bitmap_add(b, 2);
	assert_int_equal(spread_look(s, nodes, 3), 0);
	assert_int_equal(spread_census(s, a, by, 2), 1);
	assert_int_equal(by[0], 0);
	assert_int_equal(by[1], 8);
	assert_int_equal(by[2], 2);
	assert_int_equal(spread_others(s, 2), 2);
	bitmap_free(a);
	bitmap_free(b);
	spread_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_at_once),
	    cmocka_unit_test(test_one_by_one),
	    cmocka_unit_test(test_death_and_return),
	    cmocka_unit_test(test_rest),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_census),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
