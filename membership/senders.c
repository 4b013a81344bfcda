/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/senders.h"

#include <stdlib.h>

#include "membership/wire/numbers.h"

struct sender *
senders_find(const struct senders *s, uint64_t member)
{
	struct sender *e;

	LIST_FOREACH (e, &s->all, entry)
		if (e->member == member)
			return e;
	return NULL;
}

struct sender *
senders_make(struct senders *s, uint64_t member)
{
	struct sender *e = senders_find(s, member);

	if (e != NULL)
		return e;
	e = calloc(1, sizeof *e);
	if (e == NULL)
		return NULL;
	e->numbers = numbers_new();
	if (e->numbers == NULL) {
		free(e);
		return NULL;
	}
	e->member = member;
	e->spoken = PROTO_LOWEST;
	LIST_INSERT_HEAD(&s->all, e, entry);
	return e;
}

static void
forget(struct sender *e)
{
	LIST_REMOVE(e, entry);
	numbers_free(e->numbers);
	free(e);
}

void
senders_forget(struct senders *s, uint64_t member)
{
	struct sender *e = senders_find(s, member);

	if (e != NULL)
		forget(e);
}

void
senders_forget_all(struct senders *s)
{
	while (!LIST_EMPTY(&s->all))
		forget(LIST_FIRST(&s->all));
}

uint32_t
senders_spoken(const struct senders *s, size_t members)
{
	uint32_t spoken = PROTO_HIGHEST;
	const struct sender *e;
	size_t heard = 0;

	LIST_FOREACH (e, &s->all, entry) {
		heard++;
		if (e->spoken < spoken)
			spoken = e->spoken;
	}
	return heard < members ? PROTO_LOWEST : spoken;
}
