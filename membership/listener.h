/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* listener: where guests come from, a Unix socket or a TCP port.
 *
 * With channel.h it is all that a member knows of sockets: a simulator puts
 * its own in the place of these two.
 *
 * Errors   while there is no descriptor or memory for one more connection, none
 *          is accepted until listener_resume.
 */
#ifndef VF_MEMBERSHIP_LISTENER_H
#define VF_MEMBERSHIP_LISTENER_H

#include <stdbool.h>

#include "lib/address.h"
#include "lib/loop.h"

struct listener;

/* A connection that has come.  fd is the callee's, for channel_new. */
struct arrival {
	int fd;
	bool tcp;
	/* the other end's address, by TCP; "any" if it cannot be told */
	struct address from;
	struct address here; /* this end's address, by TCP */
};

typedef void listener_arrived(void *ctx, const struct arrival *a);

/* A Unix socket that a dead process left is replaced; a live one is
 * EADDRINUSE.  NULL and errno. */
struct listener *listener_unix(struct loop *l, const char *path,
			       listener_arrived *arrived, void *ctx);
/* Listens on a TCP port; the address "any" is IPv6 too, where there is any.
 * NULL and errno. */
struct listener *listener_tcp(struct loop *l, const struct address *a,
			      listener_arrived *arrived, void *ctx);
/* Removes the Unix socket. */
void listener_free(struct listener *s);

void listener_resume(struct listener *s);

#endif
