/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/router.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <uuid/uuid.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/socket_names.h"
#include "router/want/backend.h"
#include "router/cluster/choice.h"
#include "router/cluster/cluster.h"
#include "router/control.h"
#include "router/fetch/fetch.h"
#include "router/cluster/join.h"
#include "router/want/keeper.h"
#include "router/want/reads.h"
#include "router/want/replay.h"

#define WINDOW_DEFAULT 128 /* chunks; perf/NOTES */
#define COPIES_DEFAULT 3
/* What is this large is a mapping of its own, and gone when it is freed. */
#define MAPPED_BYTES (64 << 10)

#define OPT_SETTINGS struct router_config

static const struct option_spec options[] = {
    OPT("run-dir", 0, STRING, run_dir, "DIR", "where the sockets are"),
    OPT("store-dir", 0, STRING, store_dir, "DIR", "where chunks are kept"),
    OPT("store", 0, STRING, store, "SIZE|all", "how much is kept at most"),
    OPT("name", 0, STRING, name, "NAME", "this node's name"),
    OPT("advertise", 0, STRING, advertise, "ADDR[:PORT]",
	"where others reach this node's nbdkit"),
    OPT("member", 0, LIST, members, "ADDR[:PORT]", "a core node's member"),
    OPT("member-socket", 0, FLAG, member_socket, NULL,
	"this node runs a member, at RUN-DIR/" SOCKET_MEMBER),
    OPT("member-port", 0, NUMBER, member_port, "PORT",
	"where others reach that member"),
    OPT("peer", 0, LIST, peers, "ADDR[:PORT]",
	"any node of the cluster to join"),
    OPT("image", 0, LIST, images, "FILE", "an image file to be a seed of"),
    OPT("manifest", 0, LIST, manifests, "FILE",
	"its manifest, in the same order"),
    OPT("want", 0, LIST, want, "NAME|ID",
	"take only these images of the cluster"),
    OPT("direct", 0, FLAG, direct, NULL,
	"read everything from the seed, as plain NBD would"),
    OPT("no-fill", 0, FLAG, no_fill, NULL,
	"keep what is read here, copy nothing in the background"),
    OPT("io-timeout", 0, NUMBER, io_timeout_s, "SECONDS",
	"fail a read that has waited that long; 0: never"),
    OPT("copies", 0, NUMBER, copies, "N",
	"copies of each chunk that the nodes keep"),
    OPT("window", 0, NUMBER, window, "CHUNKS", "read ahead at most so far"),
    OPT("ready-fd", 0, FD, ready_fd, "FD",
	"a line is written to it when the router is ready"),
    OPT("verbose", 'v', FLAG, verbose, NULL, "say more"),
    {0},
};

static const struct command_spec command = {
    .program = "vfield-router",
    .args = "",
    .summary = "answer this node's reads, from its store and from its peers",
    .options = options,
};

/* The node's UUID, made once for a run directory. */
static struct node_id
load_node_id(const char *run_dir)
{
	AUTO_FREE char *path = path_in(run_dir, "node");
	char text[UUID_STR_LEN] = "";
	struct node_id id;
	AUTO_FCLOSE FILE *f = fopen(path, "re");

	if (f != NULL && fread(text, UUID_STR_LEN - 1, 1, f) == 1 &&
	    uuid_parse(text, id.b) == 0)
		return id;
	uuid_generate(id.b);
	uuid_unparse_lower(id.b, text);
	if (f != NULL)
		fclose(f);
	f = fopen(path, "we");
	if (f == NULL || fprintf(f, "%s\n", text) < 0 || fflush(f) != 0)
		log_fatal("%s: %s", path, strerror(errno));
	return id;
}

static void
add_files(struct router *r)
{
	const struct option_list *files = &r->cfg.images;

	if (files->n != r->cfg.manifests.n)
		log_fatal("each --image wants one --manifest");
	for (size_t i = 0; i < files->n; i++) {
		const char *why = NULL;

		if (router_add_file(r, files->v[i], r->cfg.manifests.v[i],
				    &why) == NULL)
			log_fatal("%s: %s", files->v[i], why);
	}
}

static uint64_t
parse_budget(const char *text)
{
	uint64_t bytes;

	if (text == NULL || strcmp(text, "all") == 0)
		return UINT64_MAX / 2;
	if (options_parse_size(text, &bytes) == -1)
		log_fatal("--store %s: neither a size nor \"all\"", text);
	return bytes > STORE_BUDGET_MIN ? bytes : STORE_BUDGET_MIN;
}

static void
describe_self(struct router *r)
{
	struct node *n = cluster_at(r, 0);
	const char *why;

	n->info.id = load_node_id(r->cfg.run_dir);
	if (!manifest_name_ok(r->cfg.name, strlen(r->cfg.name)))
		log_fatal("--name %s: 1 to %u letters, digits, '.', '_', '-'",
			  r->cfg.name, MANIFEST_NAME_MAX);
	memcpy(n->info.name, r->cfg.name, strlen(r->cfg.name) + 1);
	if (address_resolve(r->cfg.advertise, PORT_NBD, &n->info.nbd, &why) ==
	    -1)
		log_fatal("--advertise %s: %s", r->cfg.advertise, why);
	n->info.serves = !r->cfg.direct;
	n->info.budget = r->budget;
	n->info.member_port = r->cfg.member_port;
}

static void
on_node(void *ctx, const struct proto_node *n)
{
	cluster_node(ctx, n, false);
}

static void
on_hold(void *ctx, const struct proto_hold *h)
{
	cluster_hold(ctx, h);
}

static void
on_gone(void *ctx, const struct node_id *id)
{
	cluster_gone(ctx, id);
}

static void
on_view(void *ctx, uint64_t seq)
{
	cluster_view(ctx, seq);
}

static struct member_client *
connect_member(struct router *r)
{
	static const struct member_client_ops ops = {
	    .node = on_node, .hold = on_hold, .gone = on_gone, .view = on_view};
	struct address cores[OPTION_LIST_MAX];
	AUTO_FREE char *socket = NULL;
	const char *why;
	size_t n;

	for (n = 0; n < r->cfg.members.n; n++)
		if (address_resolve(r->cfg.members.v[n], PORT_MEMBER, &cores[n],
				    &why) == -1)
			log_fatal("--member %s: %s", r->cfg.members.v[n], why);
	if (r->cfg.member_socket)
		socket = path_in(r->cfg.run_dir, SOCKET_MEMBER);
	return member_client_new(r->loop, socket, cores, n, &ops, r);
}

static void
on_answered(void *ctx, struct ask *a, int error)
{
	fetch_answered(ctx, a, error);
}

static void
on_peer_changed(void *ctx, struct peer *p)
{
	cluster_peer_changed(ctx, p);
}

/* After each round of events: what came in, then what can go out. */
static void
on_idle(void *ctx)
{
	struct router *r = ctx;

	peers_drain(r->peers);
	replay_go_on(r);
	fetch_pump(r);
}

static void
on_signal(void *ctx, int signo)
{
	struct router *r = ctx;

	loop_stop(r->loop);
}

static void
watch_signals(struct router *r)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a limit on files is a full store */
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (loop_signals(r->loop, &set, on_signal, r) == -1)
		log_fatal("signals: %s", strerror(errno));
}

#define MUST(expr, what)                                                       \
	do {                                                                   \
		if ((expr) == NULL)                                            \
			log_fatal("%s: %s", what, strerror(errno));            \
	} while (0)

static void
start(struct router *r)
{
	static const struct peers_ops peers_ops = {.answered = on_answered,
						   .changed = on_peer_changed};
	AUTO_FREE char *nbd = path_in(r->cfg.run_dir, SOCKET_ROUTER);
	AUTO_FREE char *ctl = path_in(r->cfg.run_dir, SOCKET_CONTROL);

	MUST(r->loop = loop_new(), "event loop");
	r->started_ns = clock_now_ns();
	watch_signals(r);
	MUST(r->peers = peers_new(r->loop, &peers_ops, r), "peers");
	MUST(r->reads = reads_new(r), "reads");
	MUST(r->cluster = cluster_new(r), "cluster");
	describe_self(r);
	MUST(r->fetches = fetches_new(r), "fetches");
	MUST(r->keeper = keeper_new(r), "keeper");
	MUST(r->nbd = nbd_server_new(r->loop, nbd, backend_of_router(), r),
	     nbd);
	MUST(r->control = control_new(r, ctl), ctl);
	MUST(r->member = connect_member(r), "membership");
	choice_load(r);
	add_files(r);
	MUST(r->joiner = joiner_new(r), "join");
	loop_set_idle(r->loop, on_idle, r);
}

static void
stop(struct router *r)
{
	joiner_free(r->joiner);
	control_free(r->control);
	nbd_server_free(r->nbd);
	member_client_free(r->member);
	cluster_disconnect(r);
	peers_drain(r->peers); /* what has arrived is kept, so: */
	fetch_finish(r);
	keeper_free(r->keeper);
	fetches_free(r->fetches);
	r->fetches = NULL;
	while (r->images != NULL) {
		struct image *im = r->images;

		r->images = im->next;
		image_close(im);
	}
	cluster_free(r->cluster);
	peers_free(r->peers);
	reads_free(r->reads);
	loop_free(r->loop);
}

int
main(int argc, char **argv)
{
	struct router r = {.cfg = {.copies = COPIES_DEFAULT,
				   .window = WINDOW_DEFAULT,
				   .ready_fd = OPTION_NO_FD}};
	char **rest;
	int nrest;

	r.cfg.name = "node";
	r.cfg.advertise = "0.0.0.0";
	options_parse(&command, argc, argv, &r.cfg, &rest, &nrest);
	log_init("vfield-router", r.cfg.verbose);
	if (nrest > 0)
		log_fatal("%s: no operand is expected", rest[0]);
	if (r.cfg.run_dir == NULL || r.cfg.store_dir == NULL)
		log_fatal("--run-dir and --store-dir are needed");
	r.budget = parse_budget(r.cfg.store);
	/* the node's root may hang on this process: it must not be paged out
	 * to where only it could read it back from */
	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == -1)
		log_debug("memory is not locked: %s", strerror(errno));
	mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
	start(&r);
	if (loop_run(r.loop) == -1)
		log_fatal("event loop: %s", strerror(errno));
	stop(&r);
	return 0;
}
