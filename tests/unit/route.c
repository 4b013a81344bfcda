/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "router/policy/random.h"
#include "router/policy/route.h"

#define NODES_MAX 300
#define NCHUNKS 1000

/* The nodes as seen by one of them: number 0 is complete; the others are active
 * and hold nothing. */
struct cluster {
	struct route_node nodes[NODES_MAX];
	uint32_t n;
	struct route_trees *trees;
	uint64_t rng;
};

static struct cluster c;

static uint64_t
key_of(uint32_t i)
{
	return (i + 1) * 0x9e3779b97f4a7c15ULL;
}

static void
forget_nodes(void)
{
	for (uint32_t i = 0; i < NODES_MAX; i++)
		bitmap_free((struct bitmap *)c.nodes[i].held);
	memset(c.nodes, 0, sizeof c.nodes);
}

static void
crowd(uint32_t n)
{
	forget_nodes();
	c.n = n;
	c.rng = 88172645463325252ULL;
	for (uint32_t i = 0; i < n; i++) {
		c.nodes[i].key = key_of(i);
		c.nodes[i].usable = true;
		c.nodes[i].active = i > 0;
		c.nodes[i].complete = i == 0;
	}
}

static void
see_as(uint32_t self)
{
	for (uint32_t i = 0; i < c.n; i++)
		c.nodes[i].self = i == self;
	assert_int_equal(route_trees_build(c.trees, c.nodes, c.n), 0);
}

static struct route
ask(uint32_t chunk, const uint32_t *tried, size_t ntried)
{
	return route_choose(c.trees, c.nodes, c.n, chunk, tried, ntried,
			    &c.rng);
}

static void
expect(struct route r, enum route_how how, uint32_t node)
{
	assert_int_equal(r.how, how);
	assert_int_equal(r.node, how == ROUTE_NOBODY ? ROUTE_NONE : node);
}

static int
set_up(void **state)
{
	c.trees = route_trees_new(3);
	return c.trees == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	forget_nodes();
	route_trees_free(c.trees);
	return 0;
}

static struct bitmap *
give(uint32_t node, uint32_t chunk)
{
	if (c.nodes[node].held == NULL)
		c.nodes[node].held = bitmap_new(NCHUNKS);
	bitmap_add((struct bitmap *)c.nodes[node].held, chunk);
	return (struct bitmap *)c.nodes[node].held;
}

/* parent[s][i]: the node that i asks in stripe s; ROUTE_NONE: a complete one */
static uint32_t parent[ROUTE_STRIPES][NODES_MAX];

static void
ask_all(uint32_t ncomplete)
{
	uint32_t i, s;
	struct route r;

	for (i = ncomplete; i < c.n; i++) {
		see_as(i);
		for (s = 0; s < ROUTE_STRIPES; s++) {
			r = ask(s, NULL, 0);
			assert_int_not_equal(r.how, ROUTE_NOBODY);
			parent[s][i] =
			    r.how == ROUTE_PARENT ? r.node : ROUTE_NONE;
			if (r.how == ROUTE_HOLDER)
				assert_true(c.nodes[r.node].complete);
		}
	}
}

static uint32_t
depth_of(uint32_t s, uint32_t i)
{
	uint32_t d = 0;

	for (; parent[s][i] != ROUTE_NONE; i = parent[s][i])
		assert_true(++d < 64);
	return d;
}

/* Asserts that no node sends a chunk to more than ROUTE_ARITY others; that
 * trees are at most `depth` deep; that in each tree as many nodes ask a
 * complete node as there are complete nodes; and that, over all stripes
 * together, no node sends more than it receives. */
static void
trees_are_fair(uint32_t n, uint32_t ncomplete, uint32_t depth)
{
	uint32_t i, s, tops, sent[NODES_MAX] = {0}, mine[NODES_MAX];

	crowd(n);
	for (i = 1; i < ncomplete; i++)
		c.nodes[i].complete = true;
	ask_all(ncomplete);
	for (s = 0; s < ROUTE_STRIPES; s++) {
		memset(mine, 0, sizeof mine);
		for (tops = 0, i = ncomplete; i < n; i++) {
			assert_true(depth_of(s, i) <= depth);
			if (parent[s][i] == ROUTE_NONE)
				tops++;
			else
				mine[parent[s][i]]++;
		}
		assert_int_equal(tops, n - ncomplete < ncomplete ? n - ncomplete
								 : ncomplete);
		for (i = 0; i < n; i++) {
			assert_true(mine[i] <= ROUTE_ARITY);
			sent[i] += mine[i];
		}
	}
	for (i = 0; i < n; i++)
		assert_true(sent[i] <= ROUTE_STRIPES);
}

static void
fair_trees(void **state)
{
	trees_are_fair(2, 1, 0);
	trees_are_fair(3, 1, 1);
	trees_are_fair(9, 1, 3);
	trees_are_fair(33, 1, 5);
	trees_are_fair(129, 1, 7);
	trees_are_fair(300, 1, 8);
	trees_are_fair(32, 3, 3);
	trees_are_fair(12, 8, 0);
}

/* Asserts that no nodes ask each other in a circle; bit k of asks[i] says that
 * node i asks node k. */
static void
assert_no_circle(const uint64_t *asks, uint32_t n)
{
	uint64_t left = (1ULL << n) - 1, was;
	uint32_t i;

	do {
		was = left;
		for (i = 0; i < n; i++)
			if ((asks[i] & left) == 0)
				left &= ~(1ULL << i);
	} while (left != was);
	assert_int_equal(left, 0);
}

static void
no_circle_across_views(void **state)
{
	static uint64_t asks[ROUTE_STRIPES][40];
	uint32_t i, s, view;

	memset(asks, 0, sizeof asks);
	crowd(40);
	for (view = 0; view < 12; view++) {
		for (i = 1; i < 40; i++)
			c.nodes[i].active = (i * 2654435761U >> view & 3) != 0;
		ask_all(1);
		for (i = 1; i < 40; i++)
			for (s = 0; s < ROUTE_STRIPES; s++)
				if (parent[s][i] != ROUTE_NONE)
					asks[s][i] |= 1ULL << parent[s][i];
	}
	for (s = 0; s < ROUTE_STRIPES; s++)
		assert_no_circle(asks[s], 40);
}

/* Nodes with random views that asked in vain do not ask in a circle either. */
static void
no_circle_in_random_views(void **state)
{
	static uint64_t asks[ROUTE_STRIPES][40];
	uint64_t rng = 2463534242;
	uint32_t i, k, s, round, tried[2];
	struct route r;

	memset(asks, 0, sizeof asks);
	for (round = 0; round < 300; round++) {
		crowd(40);
		for (k = 1; k < 40; k++) {
			c.nodes[k].active = random_below(&rng, 4) != 0;
			c.nodes[k].behind = random_below(&rng, 4) == 0;
			c.nodes[k].usable = random_below(&rng, 8) != 0;
		}
		i = 1 + random_below(&rng, 39);
		see_as(i);
		for (s = 0; s < ROUTE_STRIPES; s++) {
			r = ask(s, NULL, 0);
			for (k = 0; k < 3 && r.how == ROUTE_PARENT; k++) {
				asks[s][i] |= 1ULL << r.node;
				if (k < 2)
					tried[k] = r.node;
				r = ask(s, tried, k < 2 ? k + 1 : 2);
			}
		}
	}
	for (s = 0; s < ROUTE_STRIPES; s++)
		assert_no_circle(asks[s], 40);
}

/* A node that is behind is asked by no other node, and itself asks the same
 * parents as before; the trees are as fair as without that node. */
static void
behind_in_no_tree(void **state)
{
	uint32_t i, s, all[ROUTE_STRIPES], sent[33] = {0};

	crowd(33);
	ask_all(1);
	for (s = 0; s < ROUTE_STRIPES; s++)
		all[s] = parent[s][7];
	c.nodes[7].behind = true;
	ask_all(1);
	for (s = 0; s < ROUTE_STRIPES; s++) {
		assert_int_equal(parent[s][7], all[s]);
		for (i = 1; i < 33; i++) {
			assert_int_not_equal(parent[s][i], 7);
			if (i != 7 && parent[s][i] != ROUTE_NONE)
				sent[parent[s][i]]++;
		}
	}
	for (i = 1; i < 33; i++)
		assert_true(sent[i] <= ROUTE_STRIPES);
}

static void
lone_reader(void **state)
{
	crowd(20);
	for (uint32_t i = 1; i < 20; i++)
		c.nodes[i].active = i == 7;
	see_as(7);
	for (uint32_t i = 0; i < ROUTE_STRIPES; i++)
		expect(ask(i, NULL, 0), ROUTE_HOLDER, 0);
}

/* An idle node has the same place in the trees as when it is active. */
static void
idle_node_serves(void **state)
{
	uint32_t i, s, was[ROUTE_STRIPES];

	crowd(20);
	ask_all(1);
	for (s = 0; s < ROUTE_STRIPES; s++)
		was[s] = parent[s][7];
	c.nodes[7].active = false;
	see_as(7);
	for (i = 0; i < ROUTE_STRIPES; i++) {
		struct route r = ask(i, NULL, 0);

		assert_int_equal(r.how == ROUTE_PARENT ? r.node : ROUTE_NONE,
				 was[i]);
	}
}

static void
up_the_tree(void **state)
{
	uint32_t s = 5, i, deep = 1, up[3];

	crowd(33);
	ask_all(1);
	for (i = 1; i < 33; i++)
		if (depth_of(s, i) > depth_of(s, deep))
			deep = i;
	up[0] = parent[s][deep];
	up[1] = parent[s][up[0]];
	up[2] = parent[s][up[1]];
	see_as(deep);
	expect(ask(s, NULL, 0), ROUTE_PARENT, up[0]);
	expect(ask(s, up, 1), ROUTE_PARENT, up[1]);
	c.nodes[up[1]].usable = false;
	expect(ask(s, up, 1), ROUTE_PARENT, up[2]);
	for (i = 1; i < 33; i++)
		c.nodes[i].usable = false;
	expect(ask(s, NULL, 0), ROUTE_HOLDER, 0);
	/* If each holder was asked in vain, one of them is asked again. */
	expect(ask(s, (uint32_t[]){0}, 1), ROUTE_HOLDER, 0);
	c.nodes[0].usable = false;
	expect(ask(s, NULL, 0), ROUTE_NOBODY, 0);
}

/* Makes n nodes: node 0 is complete, and only `self` is active. */
static void
alone(uint32_t n, uint32_t self)
{
	uint32_t i;

	crowd(n);
	for (i = 1; i < n; i++)
		c.nodes[i].active = i == self;
	see_as(self);
}

static void
holders(void **state)
{
	uint32_t i, n[NODES_MAX] = {0}, a = 7, b = 9, tried[2] = {7, 9};

	alone(33, 3);
	give(a, 100);
	give(b, 100);
	give(3, 100);
	for (i = 0; i < 2000; i++) {
		struct route r = ask(100, NULL, 0);

		assert_int_equal(r.how, ROUTE_HOLDER);
		n[r.node]++;
	}
	assert_int_equal(n[a] + n[b], 2000);
	assert_in_range(n[a], 800, 1200);
	expect(ask(100, tried, 1), ROUTE_HOLDER, b);
	expect(ask(100, tried, 2), ROUTE_HOLDER, 0);
	/* the holder that will deliver sooner is asked */
	c.nodes[a].outstanding = 1 << 20;
	expect(ask(100, NULL, 0), ROUTE_HOLDER, b);
	c.nodes[0].rate = 1 << 20;
	c.nodes[a].rate = 100 << 20;
	c.nodes[b].rate = 1 << 20;
	expect(ask(100, NULL, 0), ROUTE_HOLDER, a);
	/* holders are asked, too, if no node is complete */
	c.nodes[0].complete = false;
	c.nodes[b].usable = false;
	see_as(3);
	expect(ask(100, NULL, 0), ROUTE_HOLDER, a);
	c.nodes[a].usable = false;
	expect(ask(100, NULL, 0), ROUTE_NOBODY, 0);
}

/* If few of a crowd hold a chunk, a parent is asked for it, but no holder. */
static void
holders_in_a_crowd(void **state)
{
	uint32_t s = 5, i, deep = 1, up, ranks[33], n = 0;

	crowd(33);
	ask_all(1);
	while (depth_of(s, deep) != 3) /* a node at depth 3 of the tree */
		deep++;
	up = parent[s][deep];
	see_as(deep);
	for (i = 1; i < 33; i++)
		if (i != deep && i != up)
			ranks[n++] = i;
	for (i = 0; i < 7; i++) {
		give(ranks[i], s);
		expect(ask(s, NULL, 0), ROUTE_PARENT, up);
	}
	c.nodes[0].complete = false;
	see_as(deep);
	expect(ask(s, NULL, 0), ROUTE_PARENT, up);
	/* The chunk's holders are asked if they are enough. */
	for (; i < n; i++)
		give(ranks[i], s);
	for (i = 0; i < 100; i++) {
		struct route r = ask(s, NULL, 0);

		assert_int_equal(r.how, ROUTE_HOLDER);
		assert_int_not_equal(r.node, up);
	}
	/* the parent, which holds the chunk now, is asked */
	give(up, s);
	expect(ask(s, NULL, 0), ROUTE_HOLDER, up);
}

/* Gives the chunk to its keepers and sets keepers[]; returns their number. */
static uint32_t
give_keepers(uint32_t chunk, uint32_t *keepers)
{
	uint32_t i, n = 0;

	for (i = 1; i < c.n; i++) {
		see_as(i);
		if (route_keeps(c.trees, c.nodes, c.n, chunk, 3))
			keepers[n++] = i;
	}
	for (i = 0; i < n; i++)
		give(keepers[i], chunk);
	return n;
}

/* Sets asked[i] to how many nodes without the chunk ask node i as a holder. */
static void
ask_as_all(uint32_t chunk, uint32_t *asked)
{
	memset(asked, 0, NODES_MAX * sizeof *asked);
	for (uint32_t i = 1; i < c.n; i++) {
		struct route r;

		if (c.nodes[i].held != NULL &&
		    bitmap_has(c.nodes[i].held, chunk))
			continue;
		see_as(i);
		r = ask(chunk, NULL, 0);
		if (r.how == ROUTE_HOLDER)
			asked[r.node]++;
	}
}

static void
keepers_serve_a_few(void **state)
{
	uint32_t k[NODES_MAX], asked[NODES_MAX], chunk, i;

	crowd(24);
	for (i = 0; i < c.n; i++)
		c.nodes[i].small = true;
	for (chunk = 0; chunk < 50; chunk++) {
		assert_int_equal(give_keepers(chunk, k), 3);
		ask_as_all(chunk, asked);
		assert_int_equal(asked[0], 0);
		assert_int_equal(asked[k[0]] + asked[k[1]] + asked[k[2]], 20);
		for (i = 0; i < 3; i++)
			assert_in_range(asked[k[i]], 2, 12);
	}
	/* Holders that gain chunks are no keepers: parents are asked, too. */
	for (i = 0; i < 3; i++)
		c.nodes[k[i]].pace.drift = 100;
	ask_as_all(49, asked);
	assert_in_range(asked[k[0]] + asked[k[1]] + asked[k[2]], 0, 12);
	for (i = 0; i < 3; i++)
		c.nodes[k[i]].pace.drift = 0;
	/* A keeper that owes many bytes is asked less often. */
	for (i = 0; i < 3; i++)
		c.nodes[k[i]].outstanding = i == 1 ? 4 << 20 : 0;
	ask_as_all(49, asked);
	assert_in_range(asked[k[1]], 0, 4);
	/* 63 nodes are too many for three holders: most of them ask their
	 * parents */
	crowd(64);
	for (i = 0; i < c.n; i++)
		c.nodes[i].small = true;
	assert_int_equal(give_keepers(7, k), 3);
	ask_as_all(7, asked);
	assert_in_range(asked[k[0]] + asked[k[1]] + asked[k[2]], 3, 20);
}

static void
seed_is_spared(void **state)
{
	alone(5, 3);
	give(4, 1);
	c.nodes[4].outstanding = 200 << 10;
	expect(ask(1, NULL, 0), ROUTE_HOLDER, 4);
	c.nodes[4].outstanding = 4 << 20;
	expect(ask(1, NULL, 0), ROUTE_HOLDER, 0);
}

static struct route
ask_late(uint32_t chunk, const uint32_t *tried, size_t ntried)
{
	return route_choose_late(c.trees, c.nodes, c.n, chunk, tried, ntried,
				 &c.rng);
}

/* In a crowd, only holders are asked for a late chunk, no parent and no
 * complete node; a lone reader may ask another complete node for it. */
static void
late_chunks(void **state)
{
	uint32_t seed = 0;

	crowd(20);
	see_as(3);
	expect(ask_late(100, NULL, 0), ROUTE_NOBODY, 0);
	give(7, 100);
	expect(ask_late(100, &seed, 1), ROUTE_HOLDER, 7);
	expect(ask_late(100, (uint32_t[]){7}, 1), ROUTE_NOBODY, 0);
	c.nodes[7].usable = false;
	expect(ask_late(100, &seed, 1), ROUTE_NOBODY, 0);
	alone(20, 3);
	expect(ask_late(100, &seed, 1), ROUTE_NOBODY, 0);
	c.nodes[5].complete = true;
	see_as(3);
	expect(ask_late(100, &seed, 1), ROUTE_HOLDER, 5);
}

static void
nobody(void **state)
{
	crowd(20);
	c.nodes[0].complete = false;
	see_as(3);
	expect(ask(1, NULL, 0), ROUTE_NOBODY, 0);
	/* Parents are asked if no complete node can be asked. */
	crowd(20);
	c.nodes[0].usable = false;
	ask_all(20);
	see_as(3);
	assert_int_not_equal(ask(1, NULL, 0).node, 0);
	/* There are no nodes at all. */
	assert_int_equal(route_trees_build(c.trees, NULL, 0), 0);
	c.n = 0;
	expect(ask(1, NULL, 0), ROUTE_NOBODY, 0);
}

static void
copies_are_kept(void **state)
{
	uint32_t i, chunk, total = 0, mine;
	static uint32_t kept[NCHUNKS];

	memset(kept, 0, sizeof kept);
	crowd(41);
	for (i = 0; i < 41; i++) {
		see_as(i);
		for (mine = chunk = 0; chunk < NCHUNKS; chunk++)
			if (route_keeps(c.trees, c.nodes, c.n, chunk, 3)) {
				kept[chunk] += i > 0;
				mine++;
			}
		if (i > 0)
			assert_in_range(mine, NCHUNKS * 3 / 80,
					NCHUNKS * 3 / 20);
	}
	for (chunk = 0; chunk < NCHUNKS; chunk++)
		total += kept[chunk] == 3;
	assert_int_equal(total, NCHUNKS);
	see_as(5);
	assert_false(route_keeps(c.trees, c.nodes, c.n, 1, 0));
	assert_true(route_keeps(c.trees, c.nodes, c.n, 1, 40));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	    T(fair_trees),
	    T(no_circle_across_views),
	    T(no_circle_in_random_views),
	    T(behind_in_no_tree),
	    T(lone_reader),
	    T(idle_node_serves),
	    T(up_the_tree),
	    T(holders),
	    T(holders_in_a_crowd),
	    T(keepers_serve_a_few),
	    T(seed_is_spared),
	    T(late_chunks),
	    T(nobody),
	    T(copies_are_kept),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
