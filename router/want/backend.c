/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/want/backend.h"

#include <string.h>

#include "lib/export_names.h"
#include "router/cluster/choice.h"
#include "router/image/image.h"
#include "router/want/reads.h"
#include "router/want/replay.h"
#include "router/router.h"

/* X/line is X, for who asks by the line: see line.h. */
static bool
strip_line(const char *name, size_t *len)
{
	static const char line[] = EXPORT_SUFFIX_LINE;
	size_t n = sizeof line - 1;

	if (*len < n || memcmp(name + *len - n, line, n) != 0)
		return false;
	*len -= n;
	return true;
}

static bool
on_find(void *ctx, const char *name, size_t len, struct nbd_export *e)
{
	bool line = strip_line(name, &len);
	struct image *im = image_find(ctx, name, len);

	if (im == NULL)
		return false;
	e->image = im;
	e->line = line;
	e->size = im->m->size;
	e->chunk_size = im->m->chunk_size;
	return true;
}

static void
on_list(void *ctx, void (*say)(void *say_ctx, const char *name), void *say_ctx)
{
	struct router *r = ctx;

	for (struct image *im = r->images; im != NULL; im = im->next)
		say(say_ctx, im->m->name);
}

static void
on_user(void *ctx, void *image, bool comes)
{
	choice_user(image, comes);
	if (comes)
		replay_start(image);
}

const struct nbd_backend *
backend_of_router(void)
{
	static const struct nbd_backend backend = {
	    .find = on_find,
	    .list = on_list,
	    .request = reads_request,
	    .cancel = reads_cancel,
	    .lost = reads_lost,
	    .closed = reads_closed,
	    .user = on_user,
	};

	return &backend;
}
