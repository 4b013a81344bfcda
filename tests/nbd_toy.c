/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nbd_toy: serves one file through router/nbd/nbd_server.c, for its tests.
 *
 *   nbd_toy [--memory] [--chunk BYTES] [--delay MS] [--fail-at OFFSET]
 *           [--exports N] SOCKET FILE
 *
 * A read is answered in pieces of a chunk each.  They come from the file or,
 * with --memory, from a mapping of it; all are sent at once or, with --delay,
 * one after each delay.  A read that covers OFFSET is answered with EIO when
 * the piece with OFFSET is due.  "" and every name that begins with "toy" are
 * exports; "toy" and, with --exports, N more are listed.  SIGTERM or SIGINT
 * ends the program: it prints what it counted, and fails if the server has not
 * called `done` for the data of each piece. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/loop.h"
#include "router/nbd/nbd_server.h"

struct late {
	struct late *next;
	struct toy *toy;
	/* a request whose next piece is sent after the delay */
	struct nbd_request *r;
	uint32_t answered;
	struct loop_timer timer;
};

struct toy {
	struct loop *loop;
	struct nbd_server *server;
	int fd;
	const uint8_t *memory;
	uint64_t size, fail_at;
	uint32_t chunk;
	int64_t delay_ns;
	unsigned exports;
	uint64_t given, let_go, cancelled;
};

static bool
find(void *ctx, const char *name, size_t len, struct nbd_export *e)
{
	struct toy *t = ctx;

	if (len != 0 && (len < 3 || memcmp(name, "toy", 3) != 0))
		return false;
	*e = (struct nbd_export){
	    .image = t, .size = t->size, .chunk_size = t->chunk};
	return true;
}

static void
list(void *ctx, void (*say)(void *say_ctx, const char *name), void *say_ctx)
{
	struct toy *t = ctx;
	char name[32];

	say(say_ctx, "toy");
	for (unsigned i = 0; i < t->exports; i++) {
		snprintf(name, sizeof name, "toy%u", i);
		say(say_ctx, name);
	}
}

static void
let_go(void *ctx, uint64_t tag)
{
	struct toy *t = ctx;

	t->let_go++;
}

/* Sends the piece of the read r that follows its first `answered` bytes; the
 * piece ends where the chunk or the read ends.  Returns how many bytes of r are
 * answered now; 0 if an error was sent instead, which ends the read. */
static uint32_t
answer_chunk(struct toy *t, struct nbd_request *r, uint32_t answered)
{
	uint64_t at = r->offset + answered;
	uint32_t len = t->chunk - at % t->chunk;
	struct nbd_data d = {.fd = t->fd, .done = let_go, .ctx = t};

	if (len > r->len - answered)
		len = r->len - answered;
	if (t->fail_at >= at && t->fail_at < at + len) {
		nbd_reply_error(r, EIO);
		return 0;
	}
	d.offset = at;
	d.len = len;
	if (t->memory != NULL)
		d.buf = t->memory + at;
	t->given++;
	nbd_reply_data(r, &d);
	return answered + len;
}

static void
fire(void *ctx)
{
	struct late *l = ctx;
	struct toy *t = l->toy;
	struct nbd_request *r = l->r;

	if (r->type == NBD_READ) {
		l->answered = answer_chunk(t, r, l->answered);
		if (l->answered == 0) {
			free(l);
			return;
		}
		if (l->answered < r->len) {
			loop_timer_set(t->loop, &l->timer,
				       loop_now_ns(t->loop) + t->delay_ns);
			return;
		}
	}
	nbd_reply_done(r);
	free(l);
}

static void
request(void *ctx, struct nbd_request *r)
{
	struct toy *t = ctx;
	uint32_t answered = 0;

	if (t->delay_ns > 0) {
		struct late *l = calloc(1, sizeof *l);

		assert(l != NULL);
		*l = (struct late){.toy = t, .r = r};
		l->timer = (struct loop_timer){.fire = fire, .ctx = l};
		r->backend = l;
		loop_timer_set(t->loop, &l->timer,
			       loop_now_ns(t->loop) + t->delay_ns);
		return;
	}
	while (r->type == NBD_READ && answered < r->len) {
		answered = answer_chunk(t, r, answered);
		if (answered == 0)
			return;
	}
	nbd_reply_done(r);
}

static void
cancel(void *ctx, struct nbd_request *r)
{
	struct toy *t = ctx;
	struct late *l = r->backend;

	t->cancelled++;
	loop_timer_cancel(t->loop, &l->timer);
	free(l);
}

static void
closed(void *ctx, uint64_t client)
{
}

static void
user(void *ctx, void *image, bool comes)
{
}

static const struct nbd_backend backend = {find,   list, request, cancel,
					   closed, user, NULL,    NULL};

static void
got_signal(void *ctx, int signo)
{
	loop_stop(ctx);
}

static uint64_t
number(const char *text)
{
	char *end;
	uint64_t n = strtoull(text, &end, 0);

	if (*text == '\0' || *end != '\0')
		log_fatal("%s: not a number", text);
	return n;
}

static void
parse(struct toy *t, bool *memory, int argc, char **argv)
{
	static const struct option options[] = {
	    {"memory", no_argument, NULL, 'm'},
	    {"chunk", required_argument, NULL, 'c'},
	    {"delay", required_argument, NULL, 'd'},
	    {"fail-at", required_argument, NULL, 'f'},
	    {"exports", required_argument, NULL, 'e'},
	    {NULL, 0, NULL, 0}};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (c) {
		case 'm':
			*memory = true;
			break;
		case 'c':
			t->chunk = number(optarg);
			break;
		case 'd':
			t->delay_ns = number(optarg) * 1000000;
			break;
		case 'f':
			t->fail_at = number(optarg);
			break;
		case 'e':
			t->exports = number(optarg);
			break;
		default:
			exit(2);
		}
	if (argc - optind != 2)
		log_fatal("usage: nbd_toy [OPTION]... SOCKET FILE");
}

static void
open_file(struct toy *t, const char *path, bool memory)
{
	struct stat st;

	t->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (t->fd == -1 || fstat(t->fd, &st) == -1)
		log_fatal("%s: %s", path, strerror(errno));
	t->size = st.st_size;
	if (!memory)
		return;
	t->memory = mmap(NULL, t->size, PROT_READ, MAP_SHARED, t->fd, 0);
	if (t->memory == MAP_FAILED)
		log_fatal("%s: %s", path, strerror(errno));
}

static int
report(struct toy *t)
{
	struct nbd_server_stats st;

	nbd_server_stats(t->server, &st);
	printf("clients %u requests %llu bytes %llu errors %llu cancelled %llu",
	       st.clients, (unsigned long long)st.requests,
	       (unsigned long long)st.bytes, (unsigned long long)st.errors,
	       (unsigned long long)t->cancelled);
	nbd_server_free(t->server);
	printf(" given %llu let-go %llu\n", (unsigned long long)t->given,
	       (unsigned long long)t->let_go);
	return t->given == t->let_go ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct toy t = {.chunk = 128 << 10, .fail_at = UINT64_MAX};
	bool memory = false;
	sigset_t set;
	int status;

	log_init("nbd_toy", false);
	parse(&t, &memory, argc, argv);
	open_file(&t, argv[optind + 1], memory);
	t.loop = loop_new();
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (t.loop == NULL ||
	    loop_signals(t.loop, &set, got_signal, t.loop) == -1)
		log_fatal("loop: %s", strerror(errno));
	t.server = nbd_server_new(t.loop, argv[optind], &backend, &t);
	if (t.server == NULL)
		log_fatal("%s: %s", argv[optind], strerror(errno));
	if (loop_run(t.loop) == -1)
		log_fatal("loop: %s", strerror(errno));
	status = report(&t);
	loop_free(t.loop);
	close(t.fd);
	return status;
}
