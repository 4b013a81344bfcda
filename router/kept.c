/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/kept.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "router/cluster/authority.h"
#include "router/cluster/image_choice.h"
#include "router/cluster/removed_images.h"
#include "router/image/image.h"
#include "router/router.h"

static void
open_kept(struct router *r, const struct digest *id)
{
	AUTO_FREE char *path = NULL;
	char hex[DIGEST_HEX];
	struct manifest *m;

	if (asprintf(&path, "%s/%s/manifest", r->cfg.store_dir,
		     digest_hex(id, hex)) == -1)
		return;
	m = manifest_load(path, NULL);
	if (m == NULL)
		return;
	if (!digest_equal(&m->id, id) ||
	    images_table_bytes(r->images) + image_table_bytes(m->nchunks) >
		images_table_max()) {
		manifest_free(m);
		return;
	}
	if (images_add(r->images, m, NULL) == NULL)
		log_warn("%s: %s", path, strerror(errno));
}

static void
on_timer(void *ctx)
{
	struct router *r = ((struct kept *)ctx)->r;

	for (const char *const *s = word_image_subjects; *s != NULL; s++) {
		const struct word *w =
		    words_get(authority_words(r->authority), *s);

		if (w != NULL && images_first(r->images) != NULL &&
		    images_count(r->images) < PROTO_IMAGES_MAX &&
		    image_by_id(r->images, &w->id) == NULL &&
		    !removed_has(choice_removed(r->choice), &w->id))
			open_kept(r, &w->id);
	}
}

void
kept_init(struct kept *k, struct router *r)
{
	*k = (struct kept){.r = r, .timer = {.fire = on_timer, .ctx = k}};
}

void
kept_stop(struct kept *k)
{
	loop_timer_cancel(k->r->loop, &k->timer);
}

void
kept_look(struct kept *k)
{
	loop_timer_set(k->r->loop, &k->timer, loop_now_ns(k->r->loop));
}
