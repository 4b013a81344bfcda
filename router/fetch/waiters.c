/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/fetch/waiters.h"

#include "router/image/image.h"

void
waits_take(struct waits *to, struct waits *from)
{
	struct wait *w;

	LIST_INIT(to);
	while ((w = LIST_FIRST(from)) != NULL) {
		LIST_REMOVE(w, waiter);
		LIST_INSERT_HEAD(to, w, waiter);
	}
}

void
waits_serve(struct waits *to, struct buffer *b, struct image *kept)
{
	struct wait *all = LIST_FIRST(to), *w, *next;

	LIST_FOREACH (w, to, waiter) {
		w->fetch = NULL;
		if (kept != NULL)
			image_pin(kept, w->chunk);
		else
			w->buffer = buffer_ref(b);
	}
	LIST_INIT(to);
	for (w = all; w != NULL; w = next) {
		next = LIST_NEXT(w, waiter);
		w->came(w);
	}
}

void
waits_serve_readers(struct waits *all, struct buffer *b)
{
	struct waits readers;
	struct wait *w, *next;

	LIST_INIT(&readers);
	for (w = LIST_FIRST(all); w != NULL; w = next) {
		next = LIST_NEXT(w, waiter);
		if (!w->reads)
			continue;
		LIST_REMOVE(w, waiter);
		LIST_INSERT_HEAD(&readers, w, waiter);
	}
	waits_serve(&readers, b, NULL);
}
