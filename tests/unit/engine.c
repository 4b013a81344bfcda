/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "lib/log.h"
#include "membership/wire/hold.h"
#include "tests/fixture/engine_raw.h"

#define ALL (UINT64_MAX / 2)
#define SIZE ((N - 1) * CHUNK + TAIL)

static struct engine *e;

static int
set_up(void **state)
{
	e = engine_new(N, ALL);
	return 0;
}

static int
tear_down(void **state)
{
	engine_free(e);
	return 0;
}

/* Asserts that every ask was answered, and that no read waits for a chunk. */
static void
nothing_outstanding(void)
{
	for (uint32_t i = 1; i < cluster_slots(e->r.cluster); i++) {
		struct peer_stats st;

		if (cluster_at(e->r.cluster, i) == NULL)
			continue;
		peer_get_stats(cluster_at(e->r.cluster, i)->peer, &st);
		assert_int_equal(st.outstanding, 0);
	}
	assert_int_equal(reads_waiting(e->r.reads, image_of(e)), 0);
}

static void
reads_over_chunks(void **state)
{
	engine_image(e);
	fake_new(e, true);
	read_right(e, 1000, 5 * CHUNK + 17);
	read_right(e, 3 * CHUNK, 1);
	read_right(e, SIZE - 5, 5);
	read_right(e, 0, SIZE);
	run_ms(e, 50);
	assert_int_equal(fetch_counts(e->r.fetches)->fetched, N);
	assert_int_equal(fetch_counts(e->r.fetches)->refetched, 0);
	assert_int_equal(fetch_counts(e->r.fetches)->seed, SIZE);
	nothing_outstanding();
	/* all chunks are read again from the store, while no other node
	 * lives */
	fake_die(&e->fakes[0]);
	read_right(e, 0, SIZE);
	assert_int_equal(fetch_counts(e->r.fetches)->fetched, N);
}

static void
goes_on_with_another(void **state)
{
	engine_image(e);
	fake_new(e, true)->die_after = 3;
	fake_new(e, true);
	read_right(e, 0, SIZE);
	assert_null(e->fakes[0].server);
	assert_int_equal(fetch_counts(e->r.fetches)->hash_failures, 0);
}

/* A chunk is asked for through a connection that is up, and does not wait for
 * one that is still being set up. */
static void
asks_those_connected(void **state)
{
	struct fake *late;

	engine_image(e);
	fake_new(e, true);
	read_right(e, 0, CHUNK);
	late = fake_new(e, true);
	loop_set_events(e->r.loop, &late->listener, 0);
	read_right(e, 0, SIZE);
	assert_int_equal(fetch_counts(e->r.fetches)->refetched, 0);
	assert_int_equal(late->asked, 0);
	loop_set_events(e->r.loop, &late->listener, EPOLLIN);
}

/* The measured rate of a node that is not asked any more is forgotten after a
 * while. */
static void
rates_grow_old(void **state)
{
	engine_image(e);
	fake_new(e, true);
	image_of(e)->routes->at[1].rate = 1;
	run_ms(e, 300);
	assert_int_equal(image_of(e)->routes->at[1].rate, 0);
}

/* A silent node, which accepts connections but answers neither asks nor probes,
 * is not asked any more: another node is asked instead. */
static void
passes_over_the_silent(void **state)
{
	struct fake *f;
	int64_t began;

	engine_image(e);
	f = fake_new(e, true);
	read_right(e, 0, CHUNK);
	f->hangs = true;
	fake_new(e, true);
	began = clock_now_ns();
	for (uint32_t c = 1; c < 20; c++)
		read_right(e, c * CHUNK, CHUNK);
	assert_true(clock_now_ns() - began < PATIENT_MS * 1000000LL / 4);
}

static enum peer_state
state_of(uint32_t slot)
{
	struct peer_stats st;

	peer_get_stats(cluster_at(e->r.cluster, slot)->peer, &st);
	return st.state;
}

static bool
both_are_suspect(struct engine *en)
{
	return state_of(1) == PEER_SUSPECT && state_of(2) == PEER_SUSPECT;
}

/* Two peers that were asked for a chunk are silent, and are suspect but not
 * lost: a third peer is asked. */
static void
asks_a_third(void **state)
{
	struct fake *one, *other;

	engine_image(e);
	one = fake_new(e, true);
	/* the first chunk takes half a second, so the next ones may take as
	 * long */
	one->hangs = true;
	read_begin(e, 0, CHUNK);
	run_ms(e, 500);
	while (one->nopen > 0)
		fake_answer(one, one->open[--one->nopen]);
	read_ends(e);
	other = fake_new(e, true);
	other->hangs = true;
	read_begin(e, CHUNK, CHUNK);
	assert_true(run_until(e, both_are_suspect, PATIENT_MS));
	fake_new(e, true);
	read_ends(e);
	assert_true(both_are_suspect(e));
}

/* A node that hangs announces that it reads, and that it began before all
 * others.  It is left out of the line soon. */
static void
leaves_who_holds_up_the_line(void **state)
{
	struct fake *f;
	int64_t began;

	engine_image(e);
	fake_new(e, true);
	f = fake_new(e, false);
	f->hangs_line = true;
	f->info.reads = f->info.images[0].used = true;
	f->info.since = 1;
	fake_announce(f);
	/* meanwhile this node announces when it began to read */
	run_ms(e, 200);
	read_right(e, 10 * CHUNK, CHUNK);
	run_ms(e, 2 * LINE_SETTLE_NS / 1000000);
	read_right(e, 0, CHUNK);
	assert_true(f->nopen > 0);
	began = clock_now_ns();
	for (uint32_t c = 20; c < 80; c += 20)
		read_right(e, c * CHUNK, CHUNK);
	assert_true(clock_now_ns() - began < LINE_PATIENCE_NS);
}

static void
avoids_a_liar(void **state)
{
	engine_image(e);
	fake_new(e, true)->lies = true;
	fake_new(e, true);
	read_right(e, 0, SIZE);
	assert_true(fetch_counts(e->r.fetches)->hash_failures > 0);
	/* wrong chunks are at most those that were asked for before the first
	 * was verified */
	assert_true(fetch_counts(e->r.fetches)->hash_failures <= N / 2);
}

static bool
lied_often(struct engine *en)
{
	return fetch_counts(en->r.fetches)->hash_failures > 5;
}

/* A node that sent wrong bytes is asked again if no other node can be asked,
 * since it may be right by now. */
static void
bears_with_a_lone_liar(void **state)
{
	struct fake *f;

	engine_image(e);
	f = fake_new(e, true);
	f->lies = true;
	read_begin(e, 0, 4 * CHUNK);
	assert_true(run_until(e, lied_often, PATIENT_MS));
	assert_false(e->reader.done);
	assert_int_equal(bitmap_count(image_of(e)->held), 0);
	f->lies = false;
	read_ends(e);
}

static bool
is_up(struct engine *en)
{
	return conn_is_up(en->reader.conn);
}

static bool
told_dead(struct engine *en)
{
	return en->reader.dead;
}

/* If a connection is lost while an ask is written to it, before the loop has
 * any event of that, the ask fails. */
static void
dies_while_it_sends(void **state)
{
	struct client *c = &e->reader;
	struct ask late = {.buf = &c->buffer, .len = CHUNK};
	char hex[DIGEST_HEX];
	struct fake *f;

	engine_image(e);
	f = fake_new(e, true);
	c->conn = conn_open(e->r.loop, &f->info.nbd, digest_hex(&e->m->id, hex),
			    NULL, &reader_ops, c);
	c->buffer.data = malloc(CHUNK);
	assert_true(run_until(e, is_up, PATIENT_MS));
	/* a node that has not read all bytes resets the connection when it
	 * closes */
	c->ask = late;
	conn_ask(c->conn, &c->ask);
	fake_die(f);
	for (int i = 0; i < 2; i++) {
		c->done = false;
		conn_ask(c->conn, &late);
		assert_true(c->done);
		assert_int_not_equal(c->error, 0);
		assert_null(late.conn);
		assert_null(c->ask.conn);
	}
	assert_false(conn_is_up(c->conn));
	assert_false(c->dead);
	assert_true(run_until(e, told_dead, PATIENT_MS));
}

static bool
is_stalled(struct engine *en)
{
	return fetch_stalled(en->r.fetches, image_of(en), NULL, 0) > 0;
}

static void
waits_for_somebody(void **state)
{
	engine_image(e);
	read_begin(e, CHUNK + 5, 3 * CHUNK);
	assert_true(run_until(e, is_stalled, PATIENT_MS));
	run_ms(e, 100);
	assert_false(e->reader.done);
	assert_int_equal(reads_waiting(e->r.reads, image_of(e)), 1);
	fake_new(e, true);
	read_ends(e);
}

static bool
is_asked(struct engine *en)
{
	return en->fakes[0].asked >= en->wanted;
}

static bool
has_ten(struct engine *en)
{
	return bitmap_count(image_of(en)->held) >= 10;
}

static void
client_goes(void **state)
{
	struct fake *f;

	engine_image(e);
	f = fake_new(e, true);
	f->hangs = true;
	raw_command(raw_open(e), RAW_READ, 0, 10 * CHUNK);
	e->wanted = 10;
	assert_true(run_until(e, is_asked, PATIENT_MS));
	assert_int_equal(reads_waiting(e->r.reads, image_of(e)), 1);
	close(e->raw);
	run_ms(e, 20);
	assert_int_equal(reads_waiting(e->r.reads, image_of(e)), 0);
	f->hangs = false;
	while (f->nopen > 0)
		fake_answer(f, f->open[--f->nopen]);
	/* chunks that came for the reads that were cancelled are kept */
	assert_true(run_until(e, has_ten, PATIENT_MS));
	nothing_outstanding();
	read_right(e, 0, SIZE);
}

/* The router can end while one node hangs, another delivers, and a read
 * waits. */
static void
ends_in_the_middle(void **state)
{
	engine_image(e);
	fake_new(e, true)->hangs = true;
	fake_new(e, true);
	read_begin(e, 0, SIZE);
	e->wanted = 4;
	assert_true(run_until(e, is_asked, PATIENT_MS));
}

static void
node_leaves_in_the_middle(void **state)
{
	struct fake *f;

	engine_image(e);
	f = fake_new(e, true);
	f->hangs = true;
	read_begin(e, 0, SIZE);
	e->wanted = 4;
	assert_true(run_until(e, is_asked, PATIENT_MS));
	cluster_gone(e->r.cluster, &f->info.id, PROTO_LEFT);
	/* another node takes the slot of the node that left */
	fake_new(e, true);
	read_ends(e);
	nothing_outstanding();
}

static void
gives_up_in_time(void **state)
{
	engine_image(e);
	e->r.cfg.limits.io_timeout_s = 1;
	read_begin(e, 0, 3 * CHUNK);
	assert_true(run_until(e, read_done, PATIENT_MS));
	assert_int_equal(e->reader.error, EIO);
	fake_new(e, true);
	e->r.cfg.limits.io_timeout_s = UINT64_MAX;
	read_right(e, 0, 3 * CHUNK);
}

/* A holder whose connections have failed, and which announces nothing new,
 * still counts as holding the same chunks, and is asked again. */
static void
comes_back(void **state)
{
	struct fake *f;

	engine_image(e);
	f = fake_new(e, false);
	fake_hold(f, 0, N);
	f->die_after = 5;
	read_begin(e, 0, SIZE);
	assert_true(run_until(e, is_stalled, PATIENT_MS));
	assert_null(f->server);
	f->die_after = 0;
	fake_live(f);
	e->wanted = f->asked;
	read_ends(e);
	for (uint32_t c = 0; c < N; c++)
		assert_true(bitmap_has(image_of(e)->routes->at[1].held, c));
}

static void
hears_before_it_knows(void **state)
{
	struct fake *f = fake_new(e, false);

	fake_hold(f, 0, 50);
	fake_hold(f, 0, N);
	engine_image(e);
	assert_int_equal(bitmap_count(image_of(e)->routes->at[1].held), N);
	read_right(e, 0, SIZE);
}

static void
moves(void **state)
{
	struct fake *f;

	engine_image(e);
	f = fake_new(e, false);
	fake_hold(f, 0, N);
	read_right(e, 0, 3 * CHUNK);
	fake_die(f);
	f->info.nbd.port = 0;
	fake_live(f);
	/* a provisional NODE, which a peer's /view has told, does not change
	 * an address that the membership has told */
	cluster_node(e->r.cluster,
		     &(struct proto_node){
			 .id = f->info.id, .nbd.ip[15] = 1, .nbd.port = 1},
		     true);
	assert_int_not_equal(cluster_at(e->r.cluster, 1)->info.nbd.port, 1);
	fake_announce(f);
	read_right(e, 0, SIZE);
}

/* Sends the log to /dev/null if `on` is true, else to stderr again; used while
 * thousands of nodes come and go. */
static void
quiet(bool on)
{
	static int loud = -1;
	int null = open("/dev/null", O_WRONLY);

	if (on)
		loud = dup(2);
	dup2(on ? null : loud, 2);
	if (!on)
		close(loud);
	close(null);
}

/* A node of which it is not known that it holds a chunk may be asked for it by
 * a guess; if it lacks the chunk, another node is asked. */
static void
guesses(void **state)
{
	engine_image(e);
	fake_new(e, false)->lacks_all = true;
	fake_new(e, false);
	read_right(e, 7 * CHUNK, 2 * CHUNK);
}

static void
refusal_goes_elsewhere(void **state)
{
	struct fake *f;

	engine_image(e);
	f = fake_new(e, true);
	f->lacks = 7;
	fake_new(e, true)->lacks = 9;
	read_right(e, 0, SIZE);
	assert_true(fetch_counts(e->r.fetches)->refetched <= 2);
}

/* A chunk that a node has dropped since it announced it is a miss, no error. */
static void
misses_are_no_errors(void **state)
{
	struct peer_stats st;
	struct fake *f;

	engine_image(e);
	f = fake_new(e, false);
	fake_hold(f, 0, N);
	f->lacks = 7;
	read_begin(e, 7 * CHUNK, CHUNK);
	assert_true(run_until(e, is_stalled, PATIENT_MS));
	fake_new(e, true);
	read_ends(e);
	peer_get_stats(cluster_at(e->r.cluster, 1)->peer, &st);
	assert_true(st.misses > 0);
	assert_int_equal(st.errors, 0);
}

static void
survives_a_hostile_view(void **state)
{
	struct proto_node n = {.nbd.ip[15] = 1, .serves = true};
	uint64_t word = UINT64_MAX;
	struct hold_part part = {
	    .n = 1, .nchunks = MANIFEST_CHUNKS_MAX, .words = &word};
	uint8_t frame[PROTO_HEAD + HOLD_BYTES(1)];
	struct proto_hold h;

	engine_image(e);
	n.nimages = 1;
	n.images[0] = (struct proto_image){.id = e->m->id,
					   .size = 1ULL << 40,
					   .chunk_size = 4U << 20,
					   .is_default = true};
	quiet(true);
	for (unsigned i = 0; i < 5000; i++) {
		memcpy(n.id.b, &i, sizeof i);
		n.nbd.port = i % 7 == 0 ? 0 : i;
		cluster_node(e->r.cluster, &n, i % 3 == 0);
		part.first = i % 5 == 0 ? MANIFEST_CHUNKS_MAX / 64 - 1 : i % 3;
		h = one_hold(&part, frame, sizeof frame);
		h.node = n.id;
		h.image = e->m->id;
		cluster_hold(e->r.cluster, &h);
		h.image.b[0] ^= 1;
		cluster_hold(e->r.cluster, &h);
		h.image.b[0] ^= 1;
		if (i % 11 == 0)
			cluster_gone(e->r.cluster, &n.id, PROTO_LEFT);
	}
	/* a NODE and a GONE about this node itself are ignored, whatever their
	 * names */
	n.id = cluster_self(e->r.cluster)->id;
	cluster_node(e->r.cluster, &n, false);
	cluster_gone(e->r.cluster, &n.id, PROTO_LEFT);
	cluster_view(e->r.cluster, 1);
	assert_true(cluster_slots(e->r.cluster) <= NODES_MAX);
	for (unsigned i = 0; i < 5000; i++) {
		memcpy(n.id.b, &i, sizeof i);
		cluster_gone(e->r.cluster, &n.id, PROTO_LEFT);
	}
	quiet(false);
	fake_new(e, true);
	read_right(e, 0, SIZE);
}

static void
alone_is_no_proof(void **state)
{
	engine_image(e);
	fake_new(e, true);
	cluster_gone(e->r.cluster, &e->fakes[0].info.id, PROTO_LEFT);
	cluster_node(e->r.cluster, &e->fakes[0].info, true);
	cluster_view(e->r.cluster, 1);
	assert_non_null(cluster_at(e->r.cluster, 1));
	read_right(e, 0, SIZE);
	fake_new(e, true);
	cluster_view(e->r.cluster, 2);
	assert_null(cluster_at(e->r.cluster, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	    T(reads_over_chunks),
	    T(goes_on_with_another),
	    T(asks_those_connected),
	    T(rates_grow_old),
	    T(passes_over_the_silent),
	    T(asks_a_third),
	    T(leaves_who_holds_up_the_line),
	    T(avoids_a_liar),
	    T(bears_with_a_lone_liar),
	    T(dies_while_it_sends),
	    T(waits_for_somebody),
	    T(client_goes),
	    T(ends_in_the_middle),
	    T(node_leaves_in_the_middle),
	    T(gives_up_in_time),
	    T(comes_back),
	    T(hears_before_it_knows),
	    T(moves),
	    T(guesses),
	    T(refusal_goes_elsewhere),
	    T(misses_are_no_errors),
	    T(survives_a_hostile_view),
	    T(alone_is_no_proof),
#undef T
	};

	log_init("engine", false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
