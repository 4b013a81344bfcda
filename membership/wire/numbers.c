/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/wire/numbers.h"

#include <stdlib.h>

struct named {
	struct node_id id;
	uint8_t nimages;
	struct digest images[];
};

struct numbers {
	uint32_t end; /* all numbers that were ever set are below this */
	struct named *of[PROTO_NUMBERS_MAX];
};

struct numbers *
numbers_new(void)
{
	return calloc(1, sizeof(struct numbers));
}

static void
drop(struct numbers *n, uint32_t number)
{
	free(n->of[number]);
	n->of[number] = NULL;
}

void
numbers_clear(struct numbers *n)
{
	for (uint32_t i = 0; i < n->end; i++)
		drop(n, i);
	n->end = 0;
}

void
numbers_free(struct numbers *n)
{
	if (n == NULL)
		return;
	numbers_clear(n);
	free(n);
}

void
numbers_forget(struct numbers *n, const struct node_id *id)
{
	for (uint32_t i = 0; i < n->end; i++)
		if (n->of[i] != NULL && node_id_equal(&n->of[i]->id, id))
			drop(n, i);
}

void
numbers_set(struct numbers *n, uint16_t number, const struct proto_node *node)
{
	struct named *d;

	/* A node that left and came back may have another number now. */
	numbers_forget(n, &node->id);
	drop(n, number);
	d = malloc(sizeof *d + node->nimages * sizeof *d->images);
	if (d == NULL)
		return;
	d->id = node->id;
	d->nimages = node->nimages;
	for (uint8_t i = 0; i < node->nimages; i++)
		d->images[i] = node->images[i].id;
	n->of[number] = d;
	if (number >= n->end)
		n->end = number + 1;
}

bool
numbers_resolve(const struct numbers *n, struct proto_hold *h)
{
	const struct named *d = n->of[h->number];

	if (d == NULL || h->index >= d->nimages)
		return false;
	h->node = d->id;
	h->image = d->images[h->index];
	return true;
}
