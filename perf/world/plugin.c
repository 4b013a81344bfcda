/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/plugin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/export_names.h"
#include "perf/world/clock.h"
#include "perf/world/door.h"
#include "perf/world/medium.h"
#include "perf/world/rng.h"
#include "perf/world/tcp.h"

/* The worker begins a reply only if no more replies than this wait to leave,
 * since a socket's buffer takes most of a chunk (87,380 bytes, by tcp_wmem). */
#define UNSENT_MOST 1

enum export_kind { HELD, WHOLE, LINE, FILE_OF };

struct waiting {
	TAILQ_ENTRY(waiting) entry;
	struct plugin_request *request;
};

/* A connection, with the nbdkit worker that serves it. */
struct session {
	LIST_ENTRY(session) entry;
	struct plugin *plugin;
	struct tcp_end *tcp;
	bool open; /* the client has chosen the export */
	enum export_kind kind;
	/* the image's medium, if the export is one of an image */
	struct medium *medium;
	struct digest image;
	/* the bytes of the file, if the export is one of a file */
	uint8_t *bytes;
	size_t len;
	/* requests in the order of their arrival; while `serving`, the first is
	 * being served */
	TAILQ_HEAD(, waiting) queue;
	bool serving;
	struct call call; /* the worker's request to the machine's router */
	uint64_t client;
};

struct plugin {
	struct machine *machine;
	struct tcp_port *port;
	LIST_HEAD(, session) sessions;
};

static void serve(struct session *s);

static void
session_free(struct session *s)
{
	struct waiting *w;

	LIST_REMOVE(s, entry);
	if (s->serving)
		door_give_up(&s->call);
	tcp_close(s->tcp);
	while ((w = TAILQ_FIRST(&s->queue)) != NULL) {
		TAILQ_REMOVE(&s->queue, w, entry);
		free(w->request);
		free(w);
	}
	free(s->bytes);
	free(s);
}

static void
reply(struct session *s, int error, const struct chunk *c)
{
	struct waiting *w = TAILQ_FIRST(&s->queue);
	uint32_t len = error == 0 ? w->request->len : 0;
	struct plugin_reply *r =
	    must(calloc(1, sizeof *r + (s->kind == FILE_OF ? len : 0)));

	r->of = w->request->of;
	r->error = error;
	if (c != NULL)
		r->chunk = *c;
	if (s->kind == FILE_OF && error == 0) {
		r->len = len;
		memcpy(r->bytes, s->bytes + w->request->offset, len);
	}
	if (s->plugin->machine->lies)
		r->chunk.right = false;
	TAILQ_REMOVE(&s->queue, w, entry);
	free(w->request);
	free(w);
	tcp_send(s->tcp, r, PLUGIN_HEAD + len);
}

static uint32_t
number_of(const struct session *s, const struct plugin_request *q)
{
	return medium_chunk_at(s->medium, q->offset);
}

static void
served(struct session *s, int error, const struct chunk *c)
{
	s->serving = false;
	reply(s, error, c);
	serve(s);
}

/* Handles the router's answer to a read of a chunk that could not be stored. */
static void
on_read(void *ctx, int error, bool right)
{
	struct session *s = ctx;
	struct chunk c =
	    chunk_of(medium_manifest(s->medium),
		     number_of(s, TAILQ_FIRST(&s->queue)->request));

	c.right = right;

	served(s, error != 0 ? EIO : 0, &c);
}

/* Returns true if `error` means only that the router could not store the chunk;
 * the same as cannot_keep of exports.c. */
static bool
cannot_keep(int error)
{
	return error == ENOSPC || error == ENOMEM || error == EINVAL;
}

/* Answers a read of NAME/held after the router was asked to verify the chunk:
 * the plugin verifies it itself if the router could not. */
static void
answer_held(struct session *s)
{
	const struct plugin_request *q = TAILQ_FIRST(&s->queue)->request;
	struct chunk c;
	bool read = medium_read_found(s->medium, number_of(s, q), &c);

	served(s, read ? 0 : EIO, read ? &c : NULL);
}

static void
on_cached(void *ctx, int error, bool right)
{
	struct session *s = ctx;
	const struct plugin_request *q = TAILQ_FIRST(&s->queue)->request;
	struct chunk c;

	if (s->kind == HELD) {
		answer_held(s);
		return;
	}
	if (error != 0 && !cannot_keep(error)) {
		served(s, EIO, NULL);
		return;
	}
	if (medium_read(s->medium, number_of(s, q), &c)) {
		served(s, 0, &c);
		return;
	}
	s->call.type = NBD_READ;
	s->call.offset = q->offset;
	s->call.len = q->len;
	s->call.answered = on_read;
	door_call(&s->call);
}

static void
ask_router(struct session *s, const struct plugin_request *q)
{
	uint32_t size = medium_manifest(s->medium)->chunk_size;

	s->serving = true;
	s->call = (struct call){
	    .machine = s->plugin->machine,
	    .loop = s->plugin->machine->plugin_loop,
	    .type = NBD_CACHE,
	    .client = s->client,
	    .line = s->kind == LINE,
	    .held = s->kind == HELD,
	    .image = s->image,
	    .offset = q->offset - q->offset % size,
	    .len = q->offset % size + q->len,
	    .answered = on_cached,
	    .ctx = s,
	};
	door_call(&s->call);
}

/* For a barren machine, which answers only probes (reads of one byte): answers
 * the first probe that waits, and leaves all other reads waiting. */
static void
pass_over_reads(struct session *s)
{
	struct waiting *w;

	TAILQ_FOREACH (w, &s->queue, entry)
		if (w->request->len == 1)
			break;
	if (w == NULL)
		return;
	TAILQ_REMOVE(&s->queue, w, entry);
	TAILQ_INSERT_HEAD(&s->queue, w, entry);
	reply(s, EIO, NULL);
}

static void
serve_one(struct session *s, const struct waiting *w)
{
	struct chunk c;

	if (s->kind == FILE_OF)
		reply(s, 0, NULL);
	else if (medium_read(s->medium, number_of(s, w->request), &c))
		reply(s, 0, &c);
	else if (s->kind == HELD &&
		 medium_state(s->medium, number_of(s, w->request)) !=
		     CHUNK_FOUND)
		reply(s, EIO, NULL);
	else
		ask_router(s, w->request);
}

/* Serves requests in order, as long as the worker is free, the machine does not
 * hang and the socket takes a reply. */
static void
serve(struct session *s)
{
	const struct machine *m = s->plugin->machine;
	const struct waiting *w;

	while (!s->serving && tcp_unsent(s->tcp) <= UNSENT_MOST && !m->hangs &&
	       (w = TAILQ_FIRST(&s->queue)) != NULL) {
		if (m->barren && s->kind != FILE_OF) {
			pass_over_reads(s);
			return;
		}
		serve_one(s, w);
	}
}

/* --- exports --- */

static bool
strip(char *name, const char *suffix)
{
	size_t n = strlen(suffix), len = strlen(name);

	if (len < n || strcmp(name + len - n, suffix) != 0)
		return false;
	name[len - n] = '\0';
	return true;
}

static int
open_file(struct session *s, const char *name)
{
	const struct machine *m = s->plugin->machine;
	char path[64];
	const uint8_t *bytes;

	s->kind = FILE_OF;
	snprintf(path, sizeof path, "/world/%u/store%s", m->number, name);
	bytes = machine_file(m, path, &s->len);
	if (bytes == NULL)
		return ENOENT;
	s->bytes = must(malloc(s->len + 1));
	memcpy(s->bytes, bytes, s->len);
	return 0;
}

static int
open_manifest(struct session *s)
{
	struct manifest m = *medium_manifest(s->medium);

	s->kind = FILE_OF;
	s->bytes = must(manifest_encode(&m, &s->len));
	return 0;
}

static int
open_export(struct session *s, char *name)
{
	bool manifest, profile, held, line;

	if (strcmp(name, EXPORT_NAME_VIEW) == 0)
		return open_file(s, name);
	held = strip(name, EXPORT_SUFFIX_HELD);
	line = strip(name, EXPORT_SUFFIX_LINE);
	manifest = strip(name, EXPORT_SUFFIX_MANIFEST);
	profile = strip(name, EXPORT_SUFFIX_PROFILE);
	if (digest_parse(name, strlen(name), &s->image) == -1)
		return ENOENT;
	s->medium = medium_find(s->plugin->machine, &s->image);
	if (s->medium == NULL)
		return ENOENT;
	s->kind = held ? HELD : line ? LINE : WHOLE;
	if (manifest)
		return open_manifest(s);
	if (profile)
		s->kind = FILE_OF;
	else
		s->len = medium_manifest(s->medium)->size;
	return 0;
}

static void
choose_export(struct session *s, struct plugin_request *q)
{
	struct plugin_reply *r = must(calloc(1, sizeof *r));

	r->error = open_export(s, q->export);
	r->size = s->len;
	s->open = true;
	free(q);
	tcp_send(s->tcp, r, PLUGIN_HEAD);
}

/* --- connections --- */

static void
on_message(void *ctx, void *body, size_t bytes)
{
	struct session *s = ctx;
	struct waiting *w;

	if (!s->open) {
		choose_export(s, body);
		return;
	}
	w = must(calloc(1, sizeof *w));
	w->request = body;
	TAILQ_INSERT_TAIL(&s->queue, w, entry);
	serve(s);
}

static void
on_some(void *ctx)
{
}

static void
on_room(void *ctx)
{
	serve(ctx);
}

static void
on_ended(void *ctx)
{
	session_free(ctx);
}

static void
on_arrived(void *ctx, struct tcp_end *e)
{
	static const struct tcp_ops ops = {
	    .message = on_message,
	    .some = on_some,
	    .room = on_room,
	    .ended = on_ended,
	};
	struct plugin *p = ctx;
	struct session *s = must(calloc(1, sizeof *s));

	s->plugin = p;
	s->tcp = e;
	s->client = door_client();
	TAILQ_INIT(&s->queue);
	LIST_INSERT_HEAD(&p->sessions, s, entry);
	tcp_take(e, &ops, s);
}

struct plugin *
plugin_new(struct machine *m)
{
	struct plugin *p = must(calloc(1, sizeof *p));

	p->machine = m;
	LIST_INIT(&p->sessions);
	p->port = tcp_listen(m->plugin_loop, PORT_NBD, on_arrived, p);
	return p;
}

void
plugin_free(struct plugin *p)
{
	while (!LIST_EMPTY(&p->sessions))
		session_free(LIST_FIRST(&p->sessions));
	tcp_unlisten(p->port);
	free(p);
}

void
plugin_go_on(struct plugin *p)
{
	struct session *s;

	LIST_FOREACH (s, &p->sessions, entry)
		serve(s);
}

unsigned
plugin_sessions(const struct plugin *p)
{
	const struct session *s;
	unsigned n = 0;

	LIST_FOREACH (s, &p->sessions, entry)
		n++;
	return n;
}

bool
plugin_waits_for(const void *session, const void *of, struct digest *image,
		 uint32_t *chunk)
{
	const struct session *s = session;
	const struct waiting *w;

	TAILQ_FOREACH (w, &s->queue, entry)
		if (w->request->of == of)
			break;
	if (w == NULL || !s->serving)
		return false;
	*image = s->image;
	*chunk = number_of(s, TAILQ_FIRST(&s->queue)->request);
	return true;
}
