/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/corosync/corosync.h"

#include <corosync/cpg.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lib/log.h"
#include "membership/corosync/admit.h"
#include "membership/corosync/cmap.h"
#include "membership/wire/outbuf.h"

/* The times below are arbitrary.  Measured were: 0.7 to 2.4 ms for a message,
 * and up to 184 ms on saturated links of 32 nodes; 1.8 s until a ring of 8
 * nodes has formed. */
#define RETRY_NS (250 * NS_PER_MS)
/* If corosync has been missing for so long, that is logged. */
#define PATIENCE_NS (5000 * NS_PER_MS)
#define JOIN_AGAIN_NS (100 * NS_PER_MS)
/* SEND_EVERY_NS: the least pause between messages; SEND_MORE_NS: the pause if
 * the last message had no room for all news. */
#define SEND_EVERY_NS (50 * NS_PER_MS)
#define SEND_MORE_NS (10 * NS_PER_MS)
/* The pause after which a message that libcpg did not take (CS_ERR_TRY_AGAIN)
 * is sent again. */
#define TRY_AGAIN_NS (20 * NS_PER_MS)
/* The most bytes of a message.  Messages are few and large, since a flood of
 * small ones breaks corosync's transport udpu. */
#define MESSAGE_BYTES (32U << 10)

/* The states that corosync.h draws.  The handle of libcpg is open in all but
 * AWAY. */
enum state { AWAY, JOINING, JOINED, EXPELLED };

struct corosync {
	struct loop *loop;
	const struct group_ops *ops;
	void *ctx;
	cpg_handle_t handle;
	struct cmap *cmap;
	enum state state;
	bool told_stranger; /* true: a node of another version was logged */
	uint32_t nodeid;
	struct loop_source source;
	struct loop_timer retry, send;
	int64_t sent_ns;
	int64_t absent_ns; /* when corosync was lost, or first not found */
	bool told_absent;  /* true: it was logged that corosync is missing */
	size_t nmessage;   /* bytes of `message` that are still to be sent */
	uint8_t message[MESSAGE_BYTES];
};

static const struct cpg_name vfield_group = {
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
	if (c->state == AWAY)
		return;
	loop_remove(c->loop, &c->source);
	cpg_finalize(c->handle);
	c->state = AWAY;
}

/* Logs why this member is in no group, but only once, and only after
 * PATIENCE_NS, since corosync may just be starting. */
static void
complain(struct corosync *c, const char *why)
{
	if (c->told_absent || now(c) - c->absent_ns < PATIENCE_NS) {
		log_debug("corosync: %s", why);
		return;
	}
	log_warn("corosync: %s: this node is in no group until it does; does "
		 "it run (systemctl status corosync)?",
		 why);
	c->told_absent = true;
}

/* Closes the handle, reports the group as lost, and sets the time of the next
 * try.  Not to be called from within a callback of libcpg. */
static void
lose(struct corosync *c, const char *why)
{
	bool was = c->state >= JOINED;

	if (was || c->absent_ns == 0)
		c->absent_ns = now(c);

	close_handle(c);
	cmap_close(c->cmap);
	c->told_stranger = false;
	c->nmessage = 0;
	loop_timer_cancel(c->loop, &c->send);
	loop_timer_set(c->loop, &c->retry, now(c) + RETRY_NS);
	if (was)
		c->ops->lost(c->ctx, why);
	else
		complain(c, why);
}

/* --- sending --- */

static bool
compose(struct corosync *c)
{
	struct proto_msg hello = {.type = PROTO_HELLO, .version = PROTO_LOWEST};
	struct outbuf room = {.buf = c->message, .left = sizeof c->message};
	size_t head;
	int n;

	outbuf_put_hello(&room, &hello);
	head = room.buf - c->message;
	n = c->ops->fill(c->ctx, room.buf, room.left);

	if (n == -1)
		c->state = EXPELLED;
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
		if (c->state == EXPELLED)
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

static void
kick(void *group)
{
	struct corosync *c = group;
	int64_t due = c->sent_ns + SEND_EVERY_NS;

	if (c->state == JOINED && c->send.slot == 0)
		loop_timer_set(c->loop, &c->send, due < now(c) ? now(c) : due);
}

/* --- hearing: libcpg calls these functions from within cpg_dispatch --- */

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
		return GROUP_SELF;
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
	    !proto_hears(hello.version)) {
		if (!c->told_stranger)
			log_warn("corosync: node %u: not heard: its messages "
				 "are of another version",
				 nodeid);
		c->told_stranger = true;
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
			c->state = EXPELLED;
		else
			c->ops->left(c->ctx, member_number(c, left[i].nodeid,
							   left[i].pid));
	}
	for (size_t i = 0; i < njoined; i++) {
		if (is_self(c, joined[i].nodeid, joined[i].pid)) {
			c->state = JOINED;
			c->told_absent = false;
			c->ops->joined(c->ctx, c->nodeid);
		} else {
			others = true;
		}
	}
	c->ops->size(c->ctx, nmembers);
	if (others && c->state == JOINED)
		c->ops->arrived(c->ctx);
	kick(c);
}

static void
ready(void *ctx, uint32_t events)
{
	struct corosync *c = ctx;
	cs_error_t e = cpg_dispatch(c->handle, CS_DISPATCH_ALL);

	if (e != CS_OK && e != CS_ERR_TRY_AGAIN)
		lose(c, error_text(e));
	else if (c->state == EXPELLED)
		lose(c, "it put this member out");
}

/* --- joining --- */

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
	if (e == CS_ERR_ACCESS)
		admit_ask();
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
	c->state = JOINING;
	return CS_OK;
}

static void
retry_fire(void *ctx)
{
	struct corosync *c = ctx;
	cs_error_t e = c->state != AWAY ? CS_OK : open_handle(c);

	if (e == CS_OK)
		e = cpg_join(c->handle, &vfield_group);
	/* corosync answers CS_ERR_TRY_AGAIN while the ring is forming */
	if (e == CS_ERR_TRY_AGAIN)
		loop_timer_set(c->loop, &c->retry, now(c) + JOIN_AGAIN_NS);
	else if (e != CS_OK)
		lose(c, error_text(e));
}

/* --- the functions of corosync_driver, which the member calls --- */

static void *
corosync_open(struct loop *l, const struct group_ops *ops, void *ctx)
{
	struct corosync *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->cmap = cmap_new();
	if (c->cmap == NULL) {
		free(c);
		return NULL;
	}
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

static void
corosync_close(void *group)
{
	struct corosync *c = group;

	if (c->state >= JOINED)
		(void)cpg_leave(c->handle, &vfield_group);
	close_handle(c);
	cmap_free(c->cmap);
	loop_timer_cancel(c->loop, &c->retry);
	loop_timer_cancel(c->loop, &c->send);
	free(c);
}

static int
address(void *group, struct address *a)
{
	struct corosync *c = group;

	return cmap_address(c->cmap, c->nodeid, a);
}

static void
publish(void *group, const struct table *view, const uint8_t any_ip[16])
{
	struct corosync *c = group;

	cmap_update(c->cmap, view, any_ip);
}

const struct group_driver corosync_driver = {
    .open = corosync_open,
    .close = corosync_close,
    .kick = kick,
    .address = address,
    .publish = publish,
};
