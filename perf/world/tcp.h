/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* tcp: connections between processes, which carry whole messages in order.
 *
 * A message takes half a round trip, more where it queues on a busy link, and,
 * if it is large, its turn on the links, shared with all other flows (net.h).
 * Nothing is lost: what meets a cut waits for its end, as TCP would send it
 * again.  A machine that has died says nothing; one that is back, or a process
 * that is gone, answers with a reset.
 *
 * An end is told of everything by timers of its own process's loop.
 */
#ifndef VF_PERF_WORLD_TCP_H
#define VF_PERF_WORLD_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/address.h"
#include "lib/loop.h"

struct tcp_end;

struct tcp_ops {
	void (*opened)(void *ctx);
	/* The body is the callee's, to be freed. */
	void (*message)(void *ctx, void *body, size_t bytes);
	/* A part of a message has come. */
	void (*some)(void *ctx);
	/* The last message has left: there is room for more.  May be NULL. */
	void (*room)(void *ctx);
	/* The other side has ended it, or has never been there.  The end is
	 * still to be closed. */
	void (*ended)(void *ctx);
};

/* A connection that has come to a port: its end here is the callee's, who sets
 * ops and ctx by tcp_take, or closes it. */
typedef void tcp_arrived(void *ctx, struct tcp_end *e);

struct tcp_port;

struct tcp_port *tcp_listen(struct loop *l, uint16_t port, tcp_arrived *arrived,
			    void *ctx);
void tcp_unlisten(struct tcp_port *p);

struct tcp_end *tcp_connect(struct loop *l, const struct address *to,
			    const struct tcp_ops *ops, void *ctx);
void tcp_take(struct tcp_end *e, const struct tcp_ops *ops, void *ctx);
/* body is malloc'ed, and freed if it never comes. */
void tcp_send(struct tcp_end *e, void *body, size_t bytes);
/* Messages that are not sent yet. */
unsigned tcp_unsent(const struct tcp_end *e);
/* Bytes that were sent come before the other side learns of it. */
void tcp_close(struct tcp_end *e);
const struct address *tcp_other(const struct tcp_end *e);
/* The ctx of the other end; NULL: nobody has it. */
void *tcp_other_ctx(const struct tcp_end *e);
const struct address *tcp_here(const struct tcp_end *e);

/* The machine's connections are gone, without a word. */
struct machine;
void tcp_machine_dies(struct machine *m);
/* The machine is there again: who still sends to it hears so. */
void tcp_machine_boots(struct machine *m);
/* The way from a to b is cut, or whole again. */
void tcp_cut(struct machine *a, struct machine *b, bool cut);

#endif
