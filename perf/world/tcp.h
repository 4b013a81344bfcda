/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* tcp: models connections between processes, which carry whole messages in
 * order.
 *
 * A message takes half a round trip, and more on a busy link; a large one also
 * takes the time that its bytes need on the links, which it shares with all
 * other flows (net.h).  No message is lost on the way: if the way is cut, the
 * message waits until the cut ends, since TCP would send it again.  A machine
 * that has died sends nothing.  A machine that is back, or whose process is
 * gone, answers with a reset.
 *
 * The callbacks of an end are called by timers of its own process's loop.
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
	/* Called when a message has come; the callee frees `body`. */
	void (*message)(void *ctx, void *body, size_t bytes);
	/* Called when a part of a large message has come, while the rest is on
	 * its way. */
	void (*some)(void *ctx);
	/* Called when a message has left, so that there is room for another.
	 * May be NULL. */
	void (*room)(void *ctx);
	/* Called when the other side has closed the connection, or was never
	 * there.  The callee still has to close its own end. */
	void (*ended)(void *ctx);
};

/* Called for a connection that has come to a port. Its end e belongs to the
 * callee, who sets ops and ctx by tcp_take, or closes it. */
typedef void tcp_arrived(void *ctx, struct tcp_end *e);

struct tcp_port;

struct tcp_port *tcp_listen(struct loop *l, uint16_t port, tcp_arrived *arrived,
			    void *ctx);
void tcp_unlisten(struct tcp_port *p);

struct tcp_end *tcp_connect(struct loop *l, const struct address *to,
			    const struct tcp_ops *ops, void *ctx);
void tcp_take(struct tcp_end *e, const struct tcp_ops *ops, void *ctx);
/* Sends a message.  `body` was allocated by malloc, and is freed if the message
 * never arrives. */
void tcp_send(struct tcp_end *e, void *body, size_t bytes);
/* Returns how many messages sent on e have not left yet. */
unsigned tcp_unsent(const struct tcp_end *e);
/* Closes the end; the other side gets all that was sent before it learns of the
 * close. */
void tcp_close(struct tcp_end *e);
const struct address *tcp_other(const struct tcp_end *e);
/* Returns the ctx of the other end of the connection; NULL if no process has
 * that end. */
void *tcp_other_ctx(const struct tcp_end *e);
const struct address *tcp_here(const struct tcp_end *e);

struct machine;
/* Called when the machine dies: ends all its connections, without a message to
 * the machines at their other ends. */
void tcp_machine_dies(struct machine *m);
/* Makes the machine, which is on again, answer messages on connections from
 * before with a reset. */
void tcp_machine_boots(struct machine *m);
/* Holds up the messages from machine a to machine b (`cut` is true), or lets
 * them go on. */
void tcp_cut(struct machine *a, struct machine *b, bool cut);

#endif
