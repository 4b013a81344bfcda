/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/client/node_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024
#define NONE UINT32_MAX

struct entry {
	struct node_id id;
	/* index of the next entry of the bucket, or of the next free entry */
	uint32_t next;
	uint32_t view; /* number of the last view that had the node */
};

struct node_set {
	uint32_t view;
	uint32_t buckets[BUCKETS];
	uint32_t unused; /* index of the first free entry, or NONE */
	uint32_t max;
	struct entry entries[];
};

struct node_set *
node_set_new(uint32_t max)
{
	struct node_set *k = calloc(1, sizeof *k + max * sizeof *k->entries);

	if (k == NULL)
		return NULL;
	k->max = max;
	for (uint32_t i = 0; i < BUCKETS; i++)
		k->buckets[i] = NONE;
	for (uint32_t i = 0; i < max; i++)
		k->entries[i].next = i + 1 < max ? i + 1 : NONE;
	k->unused = max > 0 ? 0 : NONE;
	return k;
}

void
node_set_free(struct node_set *k)
{
	free(k);
}

static uint32_t
bucket(const struct node_id *id)
{
	uint32_t v;

	memcpy(&v, id->b, sizeof v);
	return v % BUCKETS;
}

/* Returns the link that leads to the node's entry: a field of `buckets`, or
 * `next` of another entry.  The link is NONE if the node has no entry. */
static const uint32_t *
find(const struct node_set *k, const struct node_id *id)
{
	const uint32_t *at = &k->buckets[bucket(id)];

	while (*at != NONE && !node_id_equal(&k->entries[*at].id, id))
		at = &k->entries[*at].next;
	return at;
}

void
node_set_begin(struct node_set *k)
{
	k->view++;
}

int
node_set_add(struct node_set *k, const struct node_id *id)
{
	uint32_t i = *find(k, id);

	if (i == NONE) {
		i = k->unused;
		if (i == NONE) {
			errno = ENOSPC;
			return -1;
		}
		k->unused = k->entries[i].next;
		k->entries[i].id = *id;
		k->entries[i].next = k->buckets[bucket(id)];
		k->buckets[bucket(id)] = i;
	}
	k->entries[i].view = k->view;
	return 0;
}

bool
node_set_has(const struct node_set *k, const struct node_id *id)
{
	return *find(k, id) != NONE;
}

static void
unlink_at(struct node_set *k, uint32_t *at)
{
	uint32_t i = *at;

	*at = k->entries[i].next;
	k->entries[i].next = k->unused;
	k->unused = i;
}

bool
node_set_remove(struct node_set *k, const struct node_id *id)
{
	uint32_t *at = (uint32_t *)find(k, id);

	if (*at == NONE)
		return false;
	unlink_at(k, at);
	return true;
}

uint32_t
node_set_retire(struct node_set *k,
		void (*gone)(void *ctx, const struct node_id *id), void *ctx)
{
	uint32_t n = 0;

	for (uint32_t b = 0; b < BUCKETS; b++) {
		uint32_t *at = &k->buckets[b];

		while (*at != NONE) {
			struct entry *e = &k->entries[*at];

			if (e->view == k->view) {
				at = &e->next;
				continue;
			}
			unlink_at(k, at);
			gone(ctx, &e->id);
			n++;
		}
	}
	return n;
}
