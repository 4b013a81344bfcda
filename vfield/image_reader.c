/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/image_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <libnbd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/cleanup.h"
#include "lib/loop.h"

/* Bounds of the number of chunks that are asked for at a time, whatever their
 * size.  The router takes at most 128 open requests of a client
 * (NBD_REQUESTS_MAX). */
#define SLOTS_MIN 4
#define SLOTS_MAX 128
/* How long a router that has ended may take to come back.  Arbitrary: a
 * supervisor starts it again within seconds. */
#define RETRY_NS (60000 * NS_PER_MS)

enum slot_state { SLOT_FREE, SLOT_WAITING, SLOT_ASKED, SLOT_CAME, SLOT_FAILED };

/* A place for one chunk.
 *
 *   FREE -> WAITING -> ASKED -> CAME -> FREE
 *              ^          | -> FAILED: the router could not read the chunk
 *              '----------'   the connection has ended */
struct slot {
	enum slot_state state;
	uint32_t chunk;
	uint8_t *data; /* room for chunk_size bytes */
	int error;     /* if FAILED: the errno value */
};

struct reading {
	const struct image_reader_setup *s;
	struct nbd_handle *nbd; /* NULL: not connected */
	struct slot *slots;
	uint32_t nslots;
	uint32_t next;   /* the first chunk that was not given a slot yet */
	uint32_t done;   /* how many chunks were handed to the caller */
	int64_t lost_ns; /* when the connection ended */
	char *why;
};

/* Called by libnbd when a read has ended.  Only sets the slot's state, since
 * libnbd has locked the handle. */
static int
on_read(void *ctx, int *error)
{
	struct slot *slot = ctx;

	slot->state = *error == 0 ? SLOT_CAME : SLOT_FAILED;
	slot->error = *error;
	return 1;
}

/* Connects to the router.  Returns 0, or -1 after writing the reason to r->why.
 */
static int
dial(struct reading *r)
{
	const struct manifest *m = r->s->m;
	struct nbd_handle *nbd = nbd_create();
	char hex[DIGEST_HEX];

	if (nbd != NULL &&
	    nbd_set_export_name(nbd, digest_hex(&m->id, hex)) == 0 &&
	    nbd_connect_unix(nbd, r->s->socket) == 0 &&
	    nbd_get_size(nbd) == (int64_t)m->size) {
		r->nbd = nbd;
		return 0;
	}
	snprintf(r->why, FETCH_WHY, "%s: %s", r->s->socket,
		 nbd != NULL && nbd_get_error() != NULL
		     ? nbd_get_error()
		     : "the image has another size there");
	nbd_close(nbd);
	return -1;
}

/* Closes the connection; chunks that were asked for will be asked for again. */
static void
hang_up(struct reading *r)
{
	nbd_close(r->nbd);
	r->nbd = NULL;
	r->lost_ns = clock_now_ns();
	for (uint32_t i = 0; i < r->nslots; i++)
		if (r->slots[i].state == SLOT_ASKED ||
		    r->slots[i].state == SLOT_FAILED)
			r->slots[i].state = SLOT_WAITING;
}

static void
sleep_ms(int ms)
{
	struct timespec ts = {.tv_nsec = ms * NS_PER_MS};

	nanosleep(&ts, NULL);
}

/* Asks for the chunk of a slot.  Returns 0; -1: the connection is broken. */
static int
ask(struct reading *r, struct slot *slot)
{
	const struct manifest *m = r->s->m;
	uint64_t at = (uint64_t)slot->chunk * m->chunk_size;

	slot->state = SLOT_ASKED;
	return nbd_aio_pread(r->nbd, slot->data,
			     manifest_chunk_len(m, slot->chunk), at,
			     (nbd_completion_callback){.callback = on_read,
						       .user_data = slot},
			     0) == -1
		   ? -1
		   : 0;
}

/* Verifies the chunk of a slot in state CAME, and hands it to the caller of
 * image_reader_run.  Returns 0; or -1 after writing the reason to r->why. */
static int
take(struct reading *r, struct slot *slot)
{
	const struct manifest *m = r->s->m;

	if (!manifest_chunk_ok(m, slot->chunk, slot->data)) {
		snprintf(r->why, FETCH_WHY,
			 "chunk %" PRIu32 ": the router's bytes are wrong",
			 slot->chunk);
		return -1;
	}
	if (r->s->take(r->s->ctx, slot->chunk, slot->data,
		       manifest_chunk_len(m, slot->chunk), r->why) == -1)
		return -1;
	slot->state = SLOT_FREE;
	r->done++;
	return 0;
}

/* Advances a slot from state to state as far as possible.  Returns 0; 1: the
 * connection is broken; -1: reading has failed, and r->why has the reason. */
static int
advance(struct reading *r, struct slot *slot)
{
	if (slot->state == SLOT_CAME && take(r, slot) == -1)
		return -1;
	if (slot->state == SLOT_FAILED && nbd_aio_is_ready(r->nbd)) {
		snprintf(r->why, FETCH_WHY, "chunk %" PRIu32 ": %s",
			 slot->chunk, strerror(slot->error));
		return -1;
	}
	if (slot->state == SLOT_FAILED)
		return 1;
	if (slot->state == SLOT_FREE && r->next < r->s->m->nchunks) {
		slot->chunk = r->next++;
		slot->state = SLOT_WAITING;
	}
	if (slot->state == SLOT_WAITING && ask(r, slot) == -1)
		return 1;
	return 0;
}

static int
advance_all(struct reading *r)
{
	for (uint32_t i = 0; i < r->nslots; i++) {
		int result = advance(r, &r->slots[i]);

		if (result != 0)
			return result;
	}
	return 0;
}

/* Connects to the router again; if that fails, sleeps for IMAGE_READER_MS.
 * Returns 0; or -1 after writing the reason to r->why, if the router has been
 * away for RETRY_NS. */
static int
redial(struct reading *r)
{
	if (dial(r) == 0)
		return 0;
	if (clock_now_ns() - r->lost_ns > RETRY_NS)
		return -1;
	sleep_ms(IMAGE_READER_MS);
	return 0;
}

static int
step(struct reading *r)
{
	int result;

	if (r->s->tick(r->s->ctx, r->why) == -1)
		return -1;
	if (r->nbd == NULL)
		return redial(r);
	result = advance_all(r);
	if (result == -1)
		return -1;
	if (result == 1 || (r->done < r->s->m->nchunks &&
			    nbd_poll(r->nbd, IMAGE_READER_MS) == -1 &&
			    nbd_get_errno() != EINTR))
		hang_up(r);
	return 0;
}

static int
make_slots(struct reading *r)
{
	const struct manifest *m = r->s->m;
	uint32_t n = IMAGE_READER_BYTES / m->chunk_size;

	n = n < SLOTS_MIN ? SLOTS_MIN : n > SLOTS_MAX ? SLOTS_MAX : n;
	r->nslots = n < m->nchunks ? n : m->nchunks;
	r->slots = calloc(r->nslots, sizeof *r->slots);
	for (uint32_t i = 0; r->slots != NULL && i < r->nslots; i++) {
		r->slots[i].data = malloc(m->chunk_size);
		if (r->slots[i].data == NULL)
			return -1;
	}
	return r->slots != NULL ? 0 : -1;
}

int
image_reader_run(const struct image_reader_setup *s, char *why)
{
	struct reading r = {.s = s, .why = why, .lost_ns = clock_now_ns()};
	int result = 0;

	if (s->m->nchunks == 0)
		return 0;
	if (make_slots(&r) == -1) {
		snprintf(why, FETCH_WHY, "no memory");
		result = -1;
	}
	while (result == 0 && r.done < s->m->nchunks)
		result = step(&r);
	nbd_close(r.nbd);
	for (uint32_t i = 0; r.slots != NULL && i < r.nslots; i++)
		free(r.slots[i].data);
	free(r.slots);
	return result;
}
