/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/peer/small_export.h"

#include <errno.h>
#include <stdlib.h>

#include "router/peer/peer_conn.h"

/* the most time that opening the export may take */
#define CONNECT_NS 2000000000LL
/* the most time that reading the export may take once it is open */
#define DEADLINE_NS 10000000000LL
#define PIECE (1U << 20) /* most bytes of one request */

struct small_export {
	struct loop *loop;
	struct peer_conn *conn;
	struct loop_timer step, deadline;
	struct ask ask;
	/* buffer of the ask, which points to the place of the ask's bytes in
	 * `data` */
	struct buffer piece;
	uint8_t *data;
	size_t len, have, max;
	int error;
	void (*done)(void *ctx, const uint8_t *data, size_t len, int error);
	void *ctx;
};

void
small_export_cancel(struct small_export *b)
{
	if (b == NULL)
		return;
	if (b->conn != NULL)
		conn_close(b->conn, ECANCELED);
	loop_timer_cancel(b->loop, &b->step);
	loop_timer_cancel(b->loop, &b->deadline);
	free(b->data);
	free(b);
}

static void
finish(struct small_export *b, int error)
{
	if (error != 0)
		b->done(b->ctx, NULL, 0, error);
	else
		b->done(b->ctx, b->data, b->len, 0);
	small_export_cancel(b);
}

static void
ask_next(struct small_export *b)
{
	size_t left = b->len - b->have;

	b->piece.data = b->data + b->have;
	b->ask = (struct ask){
	    .buf = &b->piece,
	    .offset = b->have,
	    .len = left < PIECE ? left : PIECE,
	};
	conn_ask(b->conn, &b->ask);
}

static void
on_step(void *ctx)
{
	struct small_export *b = ctx;

	if (b->error != 0)
		finish(b, b->error);
	else if (b->have == b->len)
		finish(b, 0);
	else
		ask_next(b);
}

static void
step_soon(struct small_export *b, int error)
{
	if (b->error == 0)
		b->error = error;
	loop_timer_set(b->loop, &b->step, loop_now_ns(b->loop));
}

static void
on_answered(void *ctx, struct ask *a, int error)
{
	struct small_export *b = ctx;

	b->have += error == 0 ? a->len : 0;
	step_soon(b, error);
}

static void
on_up(void *ctx, struct peer_conn *c)
{
	struct small_export *b = ctx;
	uint64_t size = conn_size(c);

	if (size == 0 || size > b->max) {
		step_soon(b, EFBIG);
		return;
	}
	loop_timer_set(b->loop, &b->deadline,
		       loop_now_ns(b->loop) + DEADLINE_NS);
	b->len = size;
	b->data = malloc(size);
	step_soon(b, b->data == NULL ? ENOMEM : 0);
}

static void
on_heard(void *ctx)
{
}

static void
on_dead(void *ctx, struct peer_conn *c, int error)
{
	step_soon(ctx, error);
}

static void
on_deadline(void *ctx)
{
	finish(ctx, ETIMEDOUT);
}

struct small_export *
small_export_fetch(struct loop *l, const struct address *a, const char *export,
		   const char *psk_file, size_t max,
		   void (*done)(void *ctx, const uint8_t *data, size_t len,
				int error),
		   void *ctx)
{
	static const struct conn_ops ops = {
	    .answered = on_answered,
	    .up = on_up,
	    .heard = on_heard,
	    .dead = on_dead,
	};
	struct small_export *b = calloc(1, sizeof *b);

	if (b == NULL)
		return NULL;
	b->loop = l;
	b->max = max;
	b->done = done;
	b->ctx = ctx;
	b->step.fire = on_step;
	b->deadline.fire = on_deadline;
	b->step.ctx = b->deadline.ctx = b;
	loop_timer_set(l, &b->deadline, clock_now_ns() + CONNECT_NS);
	b->conn = conn_open(l, a, export, psk_file, &ops, b);
	if (b->conn == NULL)
		step_soon(b, errno != 0 ? errno : ECONNREFUSED);
	return b;
}
