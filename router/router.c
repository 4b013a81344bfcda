/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/router.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/regain.h"
#include "router/cluster/announce.h"
#include "router/cluster/authority.h"
#include "router/cluster/image_choice.h"
#include "router/cluster/cluster.h"
#include "router/cluster/join.h"
#include "router/cluster/routes.h"
#include "router/fetch/fetch.h"
#include "router/image/image.h"
#include "router/image/left.h"
#include "router/want/keeper.h"
#include "router/want/reads.h"
#include "router/want/replay.h"

/* --- callbacks from each layer to those above, the lowest layer first --- */

static void
tell_ready(struct router *r)
{
	int fd = r->cfg.ready_fd;

	if (fd == OPTION_NO_FD)
		return;
	r->cfg.ready_fd = OPTION_NO_FD;
	if (write(fd, "\n", 1) == -1)
		log_warn("ready-fd %d: %s", fd, strerror(errno));
	close(fd);
}

static int
on_image_opened(void *ctx, struct image *im)
{
	struct router *r = ctx;
	char hex[DIGEST_HEX];

	if (cluster_image_opened(r->cluster, im) == -1 ||
	    fetch_image_opened(r->fetches, im) == -1 ||
	    keeper_image_opened(im) == -1 || replay_image_opened(im) == -1)
		return -1;
	log_info("image %s (%s): %" PRIu64 " bytes, %u of %u chunks held",
		 im->m->name, digest_hex(&im->m->id, hex), im->m->size,
		 bitmap_count(im->held), im->m->nchunks);
	choice_image_added(r->choice);
	kept_look(&r->kept);
	tell_ready(r);
	return 0;
}

static void
on_image_closed(void *ctx, struct image *im)
{
	replay_image_closed(im);
	keeper_image_closed(im);
	fetch_image_closed(im);
	routes_image_closed(im);
}

static void
on_image_changed(void *ctx)
{
	cluster_self_changed(((struct router *)ctx)->cluster);
}

static bool
on_admit(void *ctx, struct image *im, uint32_t chunk, bool *passes)
{
	return keeper_admit(((struct router *)ctx)->keeper, im, chunk, passes);
}

static void
on_refused(void *ctx, int error)
{
	keeper_refused(((struct router *)ctx)->keeper, error);
}

static bool
on_drop(void *ctx, struct image *im, uint32_t chunk)
{
	return fetch_drop_on_disk(im, chunk);
}

static const struct image_ops image_ops = {
    .opened = on_image_opened,
    .closed = on_image_closed,
    .changed = on_image_changed,
    .admit = on_admit,
    .refused = on_refused,
    .drop = on_drop,
};

static void
on_answered(void *ctx, struct ask *a, int error)
{
	fetch_answered(((struct router *)ctx)->fetches, a, error);
}

static void
on_peer_changed(void *ctx, struct peer *p)
{
	cluster_peer_changed(((struct router *)ctx)->cluster, p);
}

static const struct peers_ops peers_ops = {
    .answered = on_answered,
    .changed = on_peer_changed,
};

static void
on_cluster_changed(void *ctx)
{
	fetch_retry(((struct router *)ctx)->fetches);
}

static void
on_slot_gone(void *ctx, uint32_t slot)
{
	fetch_slot_gone(((struct router *)ctx)->fetches, slot);
}

static int64_t
on_last_read(void *ctx)
{
	return reads_last_ns(((struct router *)ctx)->reads);
}

static void
on_looked(void *ctx)
{
	leave_removed(&((struct router *)ctx)->leave);
	leave_superseded(&((struct router *)ctx)->leave);
}

static const struct cluster_ops cluster_ops = {
    .looked = on_looked,
    .changed = on_cluster_changed,
    .slot_gone = on_slot_gone,
    .last_read_ns = on_last_read,
};

static int
on_profile(void *ctx, struct image *im, const char *text, size_t len,
	   const char **why)
{
	return replay_take(((struct router *)ctx)->replays, im, text, len, why);
}

static bool
on_make_place(void *ctx)
{
	struct router *r = ctx;
	struct image *im = leave_candidate(r->images);

	if (im == NULL)
		return false;
	joiner_left(r->joiner, &im->m->id);
	leave_begin(&r->leave, im, "nobody uses it, and others need its place");
	return true;
}

static void
hear_word(void *ctx, const uint8_t *word, size_t len, const char *from)
{
	struct router *r = ctx;

	if (authority_hear(r->authority, word, len, from))
		router_words(r);
}

static const struct join_ops join_ops = {
    .profile = on_profile, .word = hear_word, .make_place = on_make_place};

static void
on_came(void *ctx, struct image *im, uint32_t chunk, enum fetch_urgency urgency)
{
	struct router *r = ctx;

	if (urgency == FETCH_AHEAD)
		replay_came_ahead(im, chunk);
	keeper_fetched(r->keeper);
}

static const struct fetch_ops fetch_ops = {.came = on_came};

static void
on_node(void *ctx, const struct proto_node *n)
{
	cluster_node(((struct router *)ctx)->cluster, n, false);
}

static void
on_hold(void *ctx, const struct proto_hold *h)
{
	cluster_hold(((struct router *)ctx)->cluster, h);
}

static void
on_gone(void *ctx, const struct node_id *id, enum proto_reason reason)
{
	cluster_gone(((struct router *)ctx)->cluster, id, reason);
}

static void
on_view(void *ctx, uint64_t seq)
{
	cluster_view(((struct router *)ctx)->cluster, seq);
}

static void
on_twin(void *ctx, const struct proto_node *n)
{
	struct router *r = ctx;

	twin_told(&r->twin, n, loop_now_ns(r->loop));
}

static void
on_word(void *ctx, const uint8_t *word, size_t len)
{
	struct router *r = ctx;

	hear_word(r, word, len, member_client_peer(r->member));
}

const struct member_client_ops router_member_ops = {.node = on_node,
						    .hold = on_hold,
						    .gone = on_gone,
						    .view = on_view,
						    .twin = on_twin,
						    .word = on_word};

void
router_words(struct router *r)
{
	member_client_words(r->member, authority_words(r->authority));
	choice_signed(r->choice);
	kept_look(&r->kept);
	r->nodes->view_changed = true;
}

/* Runs after each round of events: takes what peers have sent, then asks peers
 * for what is to be fetched. */
static void
on_idle(void *ctx)
{
	struct router *r = ctx;

	peers_drain(r->peers);
	replay_go_on(r->replays);
	fetch_pump(r->fetches);
}

/* --- making the layers, the lowest first --- */

#define MUST(expr)                                                             \
	do {                                                                   \
		if ((expr) == NULL)                                            \
			return -1;                                             \
	} while (0)

static int
make_cluster(struct router *r, const struct proto_node *self)
{
	const struct router_config *cfg = &r->cfg;
	const char *kept =
	    cfg->state_dir != NULL ? cfg->state_dir : cfg->run_dir;

	MUST(r->images = images_new(cfg->store_dir, &image_ops, r));
	MUST(r->left = left_new(r->loop, cfg->store_dir, r->images));
	MUST(r->peers = peers_new(r->loop, cfg->psk_file, &peers_ops, r));
	MUST(r->nodes = nodes_new(self));
	MUST(r->authority = authority_new(
		 &(struct authority_setup){.trust = cfg->trust,
					   .first = cfg->words,
					   .run_dir = kept,
					   .store_dir = cfg->store_dir}));
	member_client_words(r->member, authority_words(r->authority));
	MUST(r->choice =
		 choice_new(&(struct choice_setup){.loop = r->loop,
						   .images = r->images,
						   .nodes = r->nodes,
						   .authority = r->authority,
						   .run_dir = kept,
						   .store_dir = cfg->store_dir,
						   .want = &cfg->want}));
	MUST(r->announce = announce_new(
		 &(struct announce_setup){.loop = r->loop,
					  .images = r->images,
					  .nodes = r->nodes,
					  .choice = r->choice,
					  .authority = r->authority,
					  .member = r->member,
					  .store_dir = cfg->store_dir,
					  .started_ns = r->started_ns,
					  .direct = cfg->limits.direct}));
	MUST(r->cluster = cluster_new(
		 &(struct cluster_setup){.loop = r->loop,
					 .images = r->images,
					 .peers = r->peers,
					 .nodes = r->nodes,
					 .choice = r->choice,
					 .announce = r->announce,
					 .copies = cfg->limits.copies,
					 .direct = cfg->limits.direct,
					 .ops = &cluster_ops,
					 .ctx = r}));
	return 0;
}

static int
make_readers(struct router *r)
{
	const struct limits *limits = &r->cfg.limits;

	MUST(r->fetches =
		 fetches_new(&(struct fetch_setup){.loop = r->loop,
						   .images = r->images,
						   .peers = r->peers,
						   .cluster = r->cluster,
						   .direct = limits->direct,
						   .ops = &fetch_ops,
						   .ctx = r}));
	MUST(r->keeper =
		 keeper_new(&(struct keeper_setup){.loop = r->loop,
						   .images = r->images,
						   .left = r->left,
						   .cluster = r->cluster,
						   .fetches = r->fetches,
						   .limits = limits}));
	MUST(r->reads = reads_new(&(struct reads_setup){.loop = r->loop,
							.cluster = r->cluster,
							.fetches = r->fetches,
							.keeper = r->keeper,
							.limits = limits}));
	MUST(
	    r->replays = replays_new(&(struct replay_setup){
		.images = r->images, .fetches = r->fetches, .limits = limits}));
	return 0;
}

int
router_start(struct router *r, const struct proto_node *self,
	     const char *socket, const char **what)
{
	*what = "layers";
	r->started_ns = clock_now_ns();
	kept_init(&r->kept, r);
	if (make_cluster(r, self) == -1 || make_readers(r) == -1)
		return -1;
	*what = socket;
	r->backend = (struct backend){.images = r->images,
				      .choice = r->choice,
				      .reads = r->reads,
				      .replays = r->replays,
				      .loop = r->loop,
				      .began_ns = r->started_ns};
	MUST(r->nbd = nbd_server_new(r->loop, socket, backend_functions(),
				     &r->backend));
	leave_init(&r->leave, r);
	loop_set_idle(r->loop, on_idle, r);
	return 0;
}

int
router_join(struct router *r)
{
	MUST(r->joiner =
		 joiner_new(&(struct join_setup){.loop = r->loop,
						 .psk = r->cfg.psk_file,
						 .images = r->images,
						 .cluster = r->cluster,
						 .nodes = r->nodes,
						 .choice = r->choice,
						 .member = r->member,
						 .peers = &r->cfg.peers,
						 .members = &r->cfg.members,
						 .want = &r->cfg.want,
						 .ops = &join_ops,
						 .ctx = r}));
	return 0;
}

void
router_stop(struct router *r)
{
	joiner_free(r->joiner);
	leave_stop(&r->leave);
	kept_stop(&r->kept);
	nbd_server_free(r->nbd);
	member_client_free(r->member);
	cluster_disconnect(r->cluster);
	peers_drain(r->peers); /* so that chunks that have arrived are stored */
	fetch_finish(r->fetches);
	replays_free(r->replays);
	reads_free(r->reads);
	keeper_free(r->keeper);
	fetches_free(r->fetches);
	images_free(r->images);
	left_free(r->left);
	cluster_free(r->cluster);
	announce_free(r->announce);
	choice_free(r->choice);
	authority_free(r->authority);
	nodes_free(r->nodes);
	peers_free(r->peers);
}

/* --- images of this machine --- */

/* Takes the boot profile FILE.vfp of an image file, if there is one. */
static void
add_profile(struct router *r, struct image *im, const char *file)
{
	AUTO_FREE char *path = NULL;
	const char *why;
	uid_t user;

	if (asprintf(&path, "%s.vfp", file) == -1) {
		path = NULL;
		return;
	}
	/* the administrator may have made it for root alone */
	user = regain_root();
	if (access(path, F_OK) == 0 &&
	    replay_take_file(r->replays, im, path, &why) == -1)
		log_warn("%s: not used: %s", path, why);
	regain_end(user);
}

struct image *
router_add_file(struct router *r, const char *file, const char *manifest,
		const char **why)
{
	/* the image's file and its manifest may be readable by root alone */
	const uid_t user = regain_root();
	struct manifest *m = manifest_load(manifest, why);
	struct image *im;

	regain_end(user);
	if (m == NULL)
		return NULL;
	if (image_by_id(r->images, &m->id) != NULL) {
		manifest_free(m);
		*why = "this image is here already";
		return NULL;
	}
	if (images_count(r->images) >= PROTO_IMAGES_MAX &&
	    (r->joiner == NULL || !on_make_place(r))) {
		manifest_free(m);
		*why = "there are 16 images here, and each is "
		       "used, wanted, the default, or a file of this machine: "
		       "'vfield image remove' makes a place";
		return NULL;
	}
	im = images_add(r->images, m, file);
	if (im == NULL) {
		*why = errno == EINVAL ? "the file is not of the size that its "
					 "manifest says"
				       : strerror(errno);
		return NULL;
	}
	add_profile(r, im, file);
	return im;
}
