/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* listener: a Unix socket or TCP port at which guests connect.
 *
 * A member uses sockets only by this module and by channels
 * (membership/wire/channel.h), so a simulator replaces just these two
 * modules.
 *
 * Errors   if there is no descriptor or no memory for one more connection, the
 *          listener accepts none until listener_resume is called.
 */
#ifndef VF_MEMBERSHIP_LISTENER_H
#define VF_MEMBERSHIP_LISTENER_H

#include <stdbool.h>

#include "lib/address.h"
#include "lib/loop.h"

struct listener;

/* A connection that was accepted.  The callback `arrived` owns fd from then on,
 * and may pass it to channel_new. */
struct arrival {
	int fd;
	bool tcp;
	/* the other end's address, if `tcp`; "any" if it is not known */
	struct address from;
	struct address here; /* this end's address, if `tcp` */
};

typedef void listener_arrived(void *ctx, const struct arrival *a);

/* Listens on a Unix socket.  A socket file that a dead process left behind is
 * replaced; if a process listens on it, errno is EADDRINUSE.  Returns NULL and
 * sets errno on failure. */
struct listener *listener_unix(struct loop *l, const char *path,
			       listener_arrived *arrived, void *ctx);
/* Listens on a TCP port; on the address "any" by IPv6 as well as by IPv4, if
 * the machine has IPv6.  Returns NULL and sets errno on failure. */
struct listener *listener_tcp(struct loop *l, const struct address *a,
			      listener_arrived *arrived, void *ctx);
/* Stops listening, and removes the Unix socket's file. */
void listener_free(struct listener *s);

/* Accepts connections again, if the listener has stopped after an error.  s may
 * be NULL. */
void listener_resume(struct listener *s);

#endif
