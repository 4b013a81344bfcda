#include "router/behind.h"

#include <errno.h>

#include "router/cluster.h"
#include "router/image.h"
#include "router/router.h"

/* What a store of that budget can hold of the image. */
static uint32_t
room(const struct node *n, const struct image *im)
{
	uint64_t chunks = n->info.budget / im->m->chunk_size;

	return chunks < im->m->nchunks ? chunks : im->m->nchunks;
}

static void
leave(struct peer *p)
{
	struct peer_stats st;

	peer_get_stats(p, &st);
	if (st.outstanding > 0)
		peer_drop(p, ECANCELED);
}

static void
judge(struct router *r, struct image *im, uint32_t own)
{
	for (uint32_t i = 1; i < cluster_slots(r); i++) {
		struct route_node *rn = &im->route[i];
		const struct node *n = cluster_at(r, i);
		uint32_t its = rn->held != NULL ? bitmap_count(rn->held) : 0;
		bool was = rn->behind;

		if (n == NULL || rn->complete)
			rn->behind = false;
		else
			rn->behind =
			    route_is_behind(own, its, room(n, im), was);
		if (rn->behind == was)
			continue;
		im->trees_stale = true;
		if (rn->behind)
			leave(n->peer);
	}
}

void
behind_judge(struct router *r, bool reading)
{
	for (struct image *im = r->images; im != NULL; im = im->next)
		judge(r, im, reading ? bitmap_count(im->held) : 0);
}
