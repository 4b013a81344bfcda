/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* engine: a router in the test's own process, and peers beside it in the same
 * loop: each a real NBD server on 127.0.0.1 that does as it is told.
 * Included after cmocka.h.
 */
#ifndef VF_TESTS_UNIT_ENGINE_H
#define VF_TESTS_UNIT_ENGINE_H

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/export_names.h"
#include "lib/log.h"
#include "membership/wire/hold.h"
#include "membership/wire/outbuf.h"
#include "router/cluster/cluster.h"
#include "router/cluster/routes.h"
#include "router/fetch/fetch.h"
#include "router/image/image.h"
#include "router/peer/peer_conn.h"
#include "router/router.h"
#include "router/want/keeper.h"
#include "router/want/reads.h"

#define CHUNK 4096U
#define TAIL 100U /* bytes of the last chunk */
#define N 100U    /* chunks, unless the test says otherwise */
#define OPEN_MAX_SEEN 256
#define PATIENT_MS 20000 /* valgrind is slow */

struct engine;

struct fake {
	struct engine *e;
	struct loop_source listener;
	struct nbd_server *server;
	struct loop_timer death;
	struct proto_node info;
	bool hangs, lies, lacks_all;
	bool hangs_line;    /* answers all but X/line */
	uint32_t lacks;     /* a chunk that it refuses */
	uint32_t die_after; /* requests; 0: never */
	uint32_t asked;
	struct nbd_request *open[OPEN_MAX_SEEN];
	unsigned nopen;
};

struct client {
	struct peer_conn *conn;
	struct ask ask;
	struct buffer buffer;
	bool done, dead;
	int error;
};

struct engine {
	struct router r;
	char dir[64];
	struct manifest *m; /* a copy of it */
	uint8_t *bytes;
	struct loop_source door; /* to the router's NBD server, by TCP */
	struct address door_address;
	struct loop_timer poll;
	int64_t deadline_ns;
	bool (*until)(struct engine *e);
	bool timed_out;
	struct fake fakes[8];
	unsigned nfakes;
	struct client reader;
	uint32_t wanted; /* for the test's condition */
	int raw;
};

/* --- listening --- */

static inline void
listen_on(struct loop *l, struct loop_source *s, struct address *a)
{
	struct sockaddr_in sin = {.sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof sin;
	int one = 1;

	sin.sin_port = htons(a->port);
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(s->fd >= 0);
	setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	assert_int_equal(bind(s->fd, (void *)&sin, sizeof sin), 0);
	assert_int_equal(listen(s->fd, 64), 0);
	assert_int_equal(getsockname(s->fd, (void *)&sin, &len), 0);
	assert_int_equal(address_from_sockaddr((void *)&sin, len, a), 0);
	s->events = EPOLLIN;
	assert_int_equal(loop_add(l, s), 0);
}

static inline void
stop_listening(struct loop *l, struct loop_source *s)
{
	if (!s->added)
		return;
	loop_remove(l, s);
	close(s->fd);
}

static inline void
let_in(struct loop_source *s, struct nbd_server *server)
{
	int fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd != -1)
		nbd_server_adopt(server, fd);
}

/* --- peers --- */

static inline void
fake_die(void *ctx)
{
	struct fake *f = ctx;

	stop_listening(f->e->r.loop, &f->listener);
	nbd_server_free(f->server);
	f->server = NULL;
	f->nopen = 0;
}

static inline bool
fake_find(void *ctx, const char *name, size_t len, struct nbd_export *x)
{
	struct fake *f = ctx;
	char hex[DIGEST_HEX];

	digest_hex(&f->e->m->id, hex);
	if (len < DIGEST_HEX - 1 || memcmp(name, hex, DIGEST_HEX - 1) != 0)
		return false;
	*x = (struct nbd_export){.image = f,
				 .line = len > DIGEST_HEX &&
					 strncmp(name + DIGEST_HEX - 1,
						 EXPORT_SUFFIX_LINE,
						 len - DIGEST_HEX + 1) == 0,
				 .size = f->e->m->size,
				 .chunk_size = CHUNK};
	return true;
}

static inline void
fake_answer(struct fake *f, struct nbd_request *q)
{
	uint32_t chunk = q->offset / CHUNK;
	struct nbd_data d = {.buf = f->e->bytes + q->offset, .len = q->len};

	if (f->lacks_all || chunk == f->lacks) {
		nbd_reply_error(q, EIO);
		return;
	}
	if (f->lies)
		d.buf = f->e->bytes + (q->offset + CHUNK) % (N / 2 * CHUNK);
	nbd_reply_data(q, &d);
	nbd_reply_done(q);
}

static inline void
fake_request(void *ctx, struct nbd_request *q)
{
	struct fake *f = ctx;

	f->asked++;
	if (f->die_after != 0 && f->asked >= f->die_after)
		loop_timer_set(f->e->r.loop, &f->death, 0);
	if (f->hangs || (f->hangs_line && q->line) ||
	    (f->die_after != 0 && f->asked >= f->die_after)) {
		assert_true(f->nopen < OPEN_MAX_SEEN);
		f->open[f->nopen++] = q;
	} else {
		fake_answer(f, q);
	}
}

static inline void
fake_cancel(void *ctx, struct nbd_request *q)
{
	struct fake *f = ctx;

	for (unsigned i = 0; i < f->nopen; i++)
		if (f->open[i] == q)
			f->open[i--] = f->open[--f->nopen];
}

static inline void
fake_list(void *ctx, void (*each)(void *say_ctx, const char *name),
	  void *say_ctx)
{
}

static inline void
fake_closed(void *ctx, uint64_t client)
{
}

static inline void
fake_ready(void *ctx, uint32_t events)
{
	struct fake *f = ctx;

	let_in(&f->listener, f->server);
}

/* At the address that it has, or at a new one. */
static inline void
fake_live(struct fake *f)
{
	static const struct nbd_backend backend = {
	    .find = fake_find,
	    .list = fake_list,
	    .request = fake_request,
	    .cancel = fake_cancel,
	    .closed = fake_closed,
	};

	f->listener.ready = fake_ready;
	f->listener.ctx = f;
	f->server = nbd_server_new(f->e->r.loop, NULL, &backend, f);
	assert_non_null(f->server);
	listen_on(f->e->r.loop, &f->listener, &f->info.nbd);
}

static inline void
fake_announce(struct fake *f)
{
	cluster_node(f->e->r.cluster, &f->info, false);
}

static inline struct fake *
fake_new(struct engine *e, bool complete)
{
	struct fake *f = &e->fakes[e->nfakes++];

	f->e = e;
	f->lacks = UINT32_MAX;
	f->death = (struct loop_timer){.fire = fake_die, .ctx = f};
	f->info.id.b[0] = e->nfakes;
	snprintf(f->info.name, sizeof f->info.name, "fake%u", e->nfakes);
	f->info.serves = true;
	f->info.nimages = 1;
	f->info.images[0] = (struct proto_image){
	    .id = e->m->id,
	    .name = "image",
	    .size = e->m->size,
	    .chunk_size = CHUNK,
	    .complete = complete,
	    .seed = complete,
	    .is_default = true,
	};
	fake_live(f);
	fake_announce(f);
	return f;
}

static inline struct proto_hold
one_hold(const struct hold_part *p, uint8_t *frame, size_t len)
{
	struct outbuf room = {.buf = frame, .left = len};
	struct hold_frame f = {.room = &room, .most = len};
	const uint8_t *part = frame + PROTO_HEAD;
	struct proto_hold h;
	size_t left;

	assert_true(hold_put(&f, p));
	left = room.buf - part;
	assert_true(hold_next(&part, &left, &h));
	return h;
}

/* The node says that it holds chunks [first, first + n) of the first 4096. */
static inline void
fake_hold(struct fake *f, uint32_t first, uint32_t n)
{
	uint64_t words[64] = {0};
	struct hold_part p = {.n = 64, .nchunks = 4096, .words = words};
	uint8_t frame[PROTO_HEAD + HOLD_BYTES(64)];
	struct proto_hold h;

	for (uint32_t c = first; c < first + n; c++)
		words[c / 64] |= UINT64_C(1) << c % 64;
	h = one_hold(&p, frame, sizeof frame);
	h.node = f->info.id;
	h.image = f->e->m->id;
	cluster_hold(f->e->r.cluster, &h);
}

/* --- the router --- */

/* The image that the test is about. */
static inline struct image *
image_of(const struct engine *e)
{
	return images_first(e->r.images);
}

static inline void
engine_door(void *ctx, uint32_t events)
{
	struct engine *e = ctx;

	let_in(&e->door, e->r.nbd);
}

static inline void
engine_image(struct engine *e)
{
	size_t len;
	uint8_t *buf = manifest_encode(e->m, &len);
	struct manifest *m = manifest_decode(buf, len, NULL);

	free(buf);
	assert_non_null(m);
	assert_non_null(images_add(e->r.images, m, NULL));
}

static inline void
make_manifest(struct engine *e, uint32_t chunks)
{
	uint64_t size = (uint64_t)(chunks - 1) * CHUNK + TAIL;
	FILE *f = tmpfile();

	e->bytes = malloc((uint64_t)chunks * CHUNK);
	for (uint64_t i = 0; i < (uint64_t)chunks * CHUNK; i++)
		e->bytes[i] = i * 2654435761U >> 13;
	assert_int_equal(fwrite(e->bytes, 1, size, f), size);
	fflush(f);
	e->m = manifest_create(fileno(f), "image", CHUNK, NULL);
	assert_non_null(e->m);
	free(manifest_encode(e->m, &(size_t){0}));
	fclose(f);
}

static inline void
start_router(struct engine *e)
{
	const struct proto_node self = {
	    .id.b[0] = 0xff, .name = "self", .serves = true};
	struct router *r = &e->r;
	const char *what;

	r->loop = loop_new();
	r->member =
	    member_client_new(r->loop, NULL, NULL, 0, &router_member_ops, r);
	assert_int_equal(router_start(r, &self, NULL, &what), 0);
	e->door.ready = engine_door;
	e->door.ctx = e;
	listen_on(r->loop, &e->door, &e->door_address);
}

static inline struct engine *
engine_new(uint32_t chunks, uint64_t budget)
{
	struct engine *e = calloc(1, sizeof *e);

	strcpy(e->dir, "/tmp/vf-engine.XXXXXX");
	assert_non_null(mkdtemp(e->dir));
	signal(SIGXFSZ, SIG_IGN);
	e->r.cfg.ready_fd = OPTION_NO_FD;
	e->r.cfg.run_dir = e->r.cfg.store_dir = e->dir;
	e->r.cfg.limits = (struct limits){
	    .copies = 3, .window = 16, .no_fill = true, .budget = budget};
	make_manifest(e, chunks);
	start_router(e);
	return e;
}

static inline void
reader_gone(struct engine *e)
{
	if (e->reader.conn != NULL)
		conn_close(e->reader.conn, ECANCELED);
	free(e->reader.buffer.data);
	memset(&e->reader, 0, sizeof e->reader);
}

static inline void
engine_free(struct engine *e)
{
	struct router *r = &e->r;
	char command[100];

	reader_gone(e);
	stop_listening(r->loop, &e->door);
	loop_timer_cancel(r->loop, &e->poll);
	router_stop(r);
	for (unsigned i = 0; i < e->nfakes; i++) {
		loop_timer_cancel(r->loop, &e->fakes[i].death);
		fake_die(&e->fakes[i]);
	}
	loop_free(r->loop);
	manifest_free(e->m);
	free(e->bytes);
	snprintf(command, sizeof command, "rm -rf '%s'", e->dir);
	assert_int_equal(system(command), 0);
	free(e);
}

/* --- waiting --- */

static inline void
engine_poll(void *ctx)
{
	struct engine *e = ctx;
	int64_t now = loop_now_ns(e->r.loop);

	e->timed_out = now > e->deadline_ns;
	if (e->timed_out || (e->until != NULL && e->until(e)))
		loop_stop(e->r.loop);
	else
		loop_timer_set(e->r.loop, &e->poll, now + 1000000);
}

/* True if it came to be. */
static inline bool
run_until(struct engine *e, bool (*until)(struct engine *e), int64_t ms)
{
	e->until = until;
	e->deadline_ns = clock_now_ns() + ms * 1000000;
	e->poll = (struct loop_timer){.fire = engine_poll, .ctx = e};
	loop_timer_set(e->r.loop, &e->poll, 0);
	assert_int_equal(loop_run(e->r.loop), 0);
	loop_timer_cancel(e->r.loop, &e->poll);
	return !e->timed_out;
}

static inline void
run_ms(struct engine *e, int64_t ms)
{
	run_until(e, NULL, ms);
}

/* --- a client of the router --- */

static inline void
reader_answered(void *ctx, struct ask *a, int error)
{
	struct client *rd = ctx;

	rd->done = true;
	rd->error = error;
}

static inline void
reader_up(void *ctx, struct peer_conn *c)
{
}

static inline void
reader_heard(void *ctx)
{
}

static inline void
reader_dead(void *ctx, struct peer_conn *c, int error)
{
	((struct client *)ctx)->dead = true;
}

static const struct conn_ops reader_ops = {
    .answered = reader_answered,
    .up = reader_up,
    .heard = reader_heard,
    .dead = reader_dead,
};

static inline void
read_begin(struct engine *e, uint64_t offset, uint32_t len)
{
	struct client *rd = &e->reader;

	if (rd->conn == NULL)
		rd->conn = conn_open(e->r.loop, &e->door_address, "image",
				     &reader_ops, rd);
	assert_non_null(rd->conn);
	free(rd->buffer.data);
	rd->buffer.data = calloc(1, len);
	rd->done = false;
	rd->error = 0;
	rd->ask =
	    (struct ask){.buf = &rd->buffer, .offset = offset, .len = len};
	conn_ask(rd->conn, &rd->ask);
}

static inline bool
read_done(struct engine *e)
{
	return e->reader.done;
}

/* The read that was begun ends, with right bytes. */
static inline void
read_ends(struct engine *e)
{
	struct client *rd = &e->reader;

	assert_true(run_until(e, read_done, PATIENT_MS));
	assert_int_equal(rd->error, 0);
	assert_memory_equal(rd->buffer.data, e->bytes + rd->ask.offset,
			    rd->ask.len);
}

/* A read succeeds, and all its chunks are stored. */
static inline void
read_right(struct engine *e, uint64_t offset, uint32_t len)
{
	read_begin(e, offset, len);
	read_ends(e);
	fetch_finish(e->r.fetches);
}

#endif
