/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Nodes are put into parts by the first bits of their hashes.  Hashes are
 * spread evenly, so each part is small, and the node of a given rank has to be
 * looked for in one part only.  If hashes were spread unevenly the search would
 * take longer, but on average no more than linear time. */
#include "router/policy/rendezvous.h"

#include <stdlib.h>
#include <string.h>

#define PART 4 /* number of nodes in a part, on average */

/* Mixes the bits of x: the finalizer of splitmix64. */
static uint64_t
mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

static uint64_t
rendezvous_hash(uint64_t key, uint64_t what)
{
	return mix(key + mix(what + 0x9e3779b97f4a7c15ULL));
}

struct rendezvous_rank
rendezvous_rank(uint32_t node, uint64_t key, uint64_t what)
{
	return (struct rendezvous_rank){rendezvous_hash(key, what), key, node};
}

bool
rendezvous_before(const struct rendezvous_rank *a,
		  const struct rendezvous_rank *b)
{
	if (a->hash != b->hash)
		return a->hash < b->hash;
	return a->key != b->key ? a->key < b->key : a->node < b->node;
}

static void
swap(struct rendezvous_rank *a, struct rendezvous_rank *b)
{
	struct rendezvous_rank t = *a;

	*a = *b;
	*b = t;
}

/* Reorders p[0..n-1] so that the node of rank k stands at p[k], and those of
 * lower ranks before it (Hoare's quickselect). */
static void
select_rank(struct rendezvous_rank *p, uint32_t n, uint32_t k)
{
	uint32_t lo = 0, hi = n - 1, i, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		swap(&p[mid], &p[hi]);
		for (i = mid = lo; i < hi; i++)
			if (rendezvous_before(&p[i], &p[hi]))
				swap(&p[i], &p[mid++]);
		swap(&p[mid], &p[hi]);
		if (mid == k)
			return;
		if (mid < k)
			lo = mid + 1;
		else
			hi = mid - 1;
	}
}

struct rendezvous *
rendezvous_new(uint32_t most)
{
	size_t nparts = most / PART + 1;
	struct rendezvous *l =
	    calloc(1, sizeof *l + 2 * (size_t)most * sizeof l->all[0] +
			  (nparts + 1) * sizeof *l->start);

	if (l == NULL)
		return NULL;
	l->sorted = l->all + most;
	l->start = (uint32_t *)(l->sorted + most);
	return l;
}

void
rendezvous_add(struct rendezvous *l, uint32_t node, uint64_t key)
{
	l->all[l->n++] = (struct rendezvous_rank){0, key, node};
}

static uint32_t
part_of(const struct rendezvous *l, const struct rendezvous_rank *p)
{
	return (p->hash >> 32) * l->nparts >> 32;
}

uint32_t
rendezvous_sort(struct rendezvous *l, uint64_t what,
		const struct rendezvous_rank *one)
{
	uint32_t i, before = 0;

	l->nparts = l->n / PART + 1;
	memset(l->start, 0, (l->nparts + 1) * sizeof *l->start);
	for (i = 0; i < l->n; i++) {
		l->all[i].hash = rendezvous_hash(l->all[i].key, what);
		before += rendezvous_before(&l->all[i], one);
		l->start[part_of(l, &l->all[i])]++;
	}
	for (i = 1; i <= l->nparts; i++)
		l->start[i] += l->start[i - 1];
	/* start[] holds the end of each part now; it moves to the part's start
	 * as nodes are put into the part */
	for (i = 0; i < l->n; i++)
		l->sorted[--l->start[part_of(l, &l->all[i])]] = l->all[i];
	return before;
}

uint32_t
rendezvous_node(struct rendezvous *l, uint32_t rank)
{
	uint32_t part = (uint64_t)rank * l->nparts / l->n, start;

	while (l->start[part] > rank)
		part--;
	while (l->start[part + 1] <= rank)
		part++;
	start = l->start[part];
	select_rank(l->sorted + start, l->start[part + 1] - start,
		    rank - start);
	return l->sorted[rank].node;
}
