/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/corosync.h"

#include <corosync/cpg.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lib/log.h"
#include "membership/wire/proto.h"

#define MS 1000000LL
#define RETRY_NS (250 * MS)
#define PATIENCE_NS (5000 * MS) /* with one that is being started */
#define JOIN_AGAIN_NS (100 * MS)
#define SEND_EVERY_NS (50 * MS) /* when there is always something to say */
#define SEND_MORE_NS (10 * MS)  /* when it did not fit one message */
#define TRY_AGAIN_NS (20 * MS)
/* Few large messages: a flood of small ones breaks udpu. */
#define MESSAGE_BYTES (32U << 10)

struct corosync {
	struct loop *loop;
	const struct corosync_ops *ops;
	void *ctx;
	cpg_handle_t handle;
	bool open, joined, broken;
	bool stranger; /* said that one speaks another version */
	uint32_t nodeid;
	struct loop_source source;
	struct loop_timer retry, send;
	int64_t sent_ns;
	int64_t absent_ns; /* since when it is not there */
	bool complained;   /* of that */
	size_t nmessage;   /* bytes of what is being sent */
	uint8_t message[MESSAGE_BYTES];
};

static const struct cpg_name group = {
    .length = sizeof COROSYNC_GROUP - 1,
    .value = COROSYNC_GROUP,
};

static int64_t
now(const struct corosync *c)
{
	return loop_now_ns(c->loop);
}

static const char *
error_text(cs_error_t e)
{
	switch (e) {
	case CS_ERR_LIBRARY:
	case CS_ERR_BAD_HANDLE:
		return "it does not answer";
	case CS_ERR_ACCESS:
	case CS_ERR_SECURITY:
		return "permission denied";
	case CS_ERR_NO_MEMORY:
	case CS_ERR_NO_RESOURCES:
		return "out of memory";
	case CS_ERR_TRY_AGAIN:
		return "it is busy";
	default:
		return "it refuses";
	}
}

static void
close_handle(struct corosync *c)
{
	if (!c->open)
		return;
	loop_remove(c->loop, &c->source);
	cpg_finalize(c->handle);
	c->open = false;
}

/* Once, and not while it is only starting. */
static void
complain(struct corosync *c, const char *why)
{
	if (c->complained || now(c) - c->absent_ns < PATIENCE_NS) {
		log_debug("corosync: %s", why);
		return;
	}
	log_warn("corosync: %s: this node is in no group until it does; does "
		 "it run (systemctl status corosync)?",
		 why);
	c->complained = true;
}

/* Not from within a callback of libcpg. */
static void
lose(struct corosync *c, const char *why)
{
	bool was = c->joined;

	if (was || c->absent_ns == 0)
		c->absent_ns = now(c);

	close_handle(c);
	c->joined = c->broken = c->stranger = false;
	c->nmessage = 0;
	loop_timer_cancel(c->loop, &c->send);
	loop_timer_set(c->loop, &c->retry, now(c) + RETRY_NS);
	if (was)
		c->ops->lost(c->ctx, why);
	else
		complain(c, why);
}

/* Sending. */

static bool
compose(struct corosync *c)
{
	struct proto_msg hello = {.type = PROTO_HELLO,
				  .version = PROTO_VERSION};
	ssize_t head = proto_encode(&hello, c->message, sizeof c->message);
	int n =
	    c->ops->fill(c->ctx, c->message + head, sizeof c->message - head);

	if (n == -1)
		c->broken = true;
	c->nmessage = n > 0 ? head + n : 0;
	return c->nmessage > 0;
}

static void
send_fire(void *ctx)
{
	struct corosync *c = ctx;
	struct iovec v = {.iov_base = c->message};
	cs_error_t e;

	if (c->nmessage == 0 && !compose(c)) {
		if (c->broken)
			lose(c, "out of step");
		return;
	}
	v.iov_len = c->nmessage;
	e = cpg_mcast_joined(c->handle, CPG_TYPE_AGREED, &v, 1);
	if (e == CS_ERR_TRY_AGAIN) {
		loop_timer_set(c->loop, &c->send, now(c) + TRY_AGAIN_NS);
		return;
	}
	if (e != CS_OK) {
		lose(c, error_text(e));
		return;
	}
	c->nmessage = 0;
	c->sent_ns = now(c);
	loop_timer_set(c->loop, &c->send, now(c) + SEND_MORE_NS);
}

void
corosync_kick(struct corosync *c)
{
	int64_t due = c->sent_ns + SEND_EVERY_NS;

	if (c->joined && c->send.slot == 0)
		loop_timer_set(c->loop, &c->send, due < now(c) ? now(c) : due);
}

/* Hearing: from libcpg, within cpg_dispatch. */

static struct corosync *
from_handle(cpg_handle_t handle)
{
	void *ctx = NULL;

	cpg_context_get(handle, &ctx);
	return ctx;
}

static bool
is_self(const struct corosync *c, uint32_t nodeid, uint32_t pid)
{
	return nodeid == c->nodeid && pid == (uint32_t)getpid();
}

static uint64_t
member_number(const struct corosync *c, uint32_t nodeid, uint32_t pid)
{
	if (is_self(c, nodeid, pid))
		return COROSYNC_SELF;
	return (uint64_t)nodeid << 32 | pid;
}

static void
deliver(cpg_handle_t handle, const struct cpg_name *name, uint32_t nodeid,
	uint32_t pid, void *msg, size_t len)
{
	struct corosync *c = from_handle(handle);
	struct proto_msg hello;
	ssize_t n = proto_decode(msg, len, &hello);

	if (n <= 0 || hello.type != PROTO_HELLO ||
	    hello.version != PROTO_VERSION) {
		if (!c->stranger)
			log_warn("corosync: node %u: not heard: its messages "
				 "are of another version",
				 nodeid);
		c->stranger = true;
		return;
	}
	c->ops->deliver(c->ctx, member_number(c, nodeid, pid),
			(const uint8_t *)msg + n, len - n);
}

static void
changed(cpg_handle_t handle, const struct cpg_name *name,
	const struct cpg_address *members, size_t nmembers,
	const struct cpg_address *left, size_t nleft,
	const struct cpg_address *joined, size_t njoined)
{
	struct corosync *c = from_handle(handle);
	bool others = false;

	for (size_t i = 0; i < nleft; i++) {
		if (is_self(c, left[i].nodeid, left[i].pid))
			c->broken = true;
		else
			c->ops->left(c->ctx, member_number(c, left[i].nodeid,
							   left[i].pid));
	}
	for (size_t i = 0; i < njoined; i++) {
		if (is_self(c, joined[i].nodeid, joined[i].pid)) {
			c->joined = true;
			c->complained = false;
			c->ops->joined(c->ctx, c->nodeid);
		} else {
			others = true;
		}
	}
	if (others && c->joined)
		c->ops->arrived(c->ctx);
	if (c->joined)
		corosync_kick(c);
}

static void
ready(void *ctx, uint32_t events)
{
	struct corosync *c = ctx;
	cs_error_t e = cpg_dispatch(c->handle, CS_DISPATCH_ALL);

	if (e != CS_OK && e != CS_ERR_TRY_AGAIN)
		lose(c, error_text(e));
	else if (c->broken)
		lose(c, "it put this member out");
}

/* Joining. */

static cs_error_t
open_handle(struct corosync *c)
{
	cpg_model_v1_data_t model = {
	    .model = CPG_MODEL_V1,
	    .cpg_deliver_fn = deliver,
	    .cpg_confchg_fn = changed,
	};
	cs_error_t e;
	int fd;

	e = cpg_model_initialize(&c->handle, CPG_MODEL_V1,
				 (cpg_model_data_t *)&model, c);
	if (e != CS_OK)
		return e;
	e = cpg_local_get(c->handle, &c->nodeid);
	if (e == CS_OK)
		e = cpg_fd_get(c->handle, &fd);
	if (e != CS_OK) {
		cpg_finalize(c->handle);
		return e;
	}
	c->source.fd = fd;
	if (loop_add(c->loop, &c->source) == -1) {
		cpg_finalize(c->handle);
		return CS_ERR_NO_MEMORY;
	}
	c->open = true;
	return CS_OK;
}

static void
retry_fire(void *ctx)
{
	struct corosync *c = ctx;
	cs_error_t e = c->open ? CS_OK : open_handle(c);

	if (e == CS_OK)
		e = cpg_join(c->handle, &group);
	/* while the ring is forming */
	if (e == CS_ERR_TRY_AGAIN)
		loop_timer_set(c->loop, &c->retry, now(c) + JOIN_AGAIN_NS);
	else if (e != CS_OK)
		lose(c, error_text(e));
}

struct corosync *
corosync_new(struct loop *l, const struct corosync_ops *ops, void *ctx)
{
	struct corosync *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->loop = l;
	c->ops = ops;
	c->ctx = ctx;
	c->source = (struct loop_source){
	    .fd = -1, .events = EPOLLIN, .ready = ready, .ctx = c};
	c->retry = (struct loop_timer){.fire = retry_fire, .ctx = c};
	c->send = (struct loop_timer){.fire = send_fire, .ctx = c};
	loop_timer_set(l, &c->retry, loop_now_ns(l));
	return c;
}

void
corosync_free(struct corosync *c)
{
	if (c == NULL)
		return;
	if (c->joined)
		(void)cpg_leave(c->handle, &group);
	close_handle(c);
	loop_timer_cancel(c->loop, &c->retry);
	loop_timer_cancel(c->loop, &c->send);
	free(c);
}
