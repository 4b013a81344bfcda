/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* dhcp_check: the look for DHCP servers outside of the cluster, since two that
 * give addresses behind one card would fight.
 *
 * Some questions are broadcast, and when none has been answered the check has
 * passed.  Afterwards one is asked now and then, for servers that come later.
 * Answers are among the packets that somebody else reads (dhcp_socket.h).
 */
#ifndef VF_BOOT_DHCP_CHECK_H
#define VF_BOOT_DHCP_CHECK_H

#include "lib/loop.h"
#include "boot/card.h"
#include "boot/dhcp_packet.h"

/* Private to dhcp_check.c. */
struct dhcp_check {
	struct loop *loop;
	const struct card *card;
	int fd; /* a dhcp_socket, borrowed; -1: the check has not begun */
	struct loop_timer ask;
	unsigned asked; /* questions, counted until the check has passed */
	uint32_t xid;   /* the transaction, the same for all questions */
	int64_t warned_ns;
	void (*passed)(void *ctx);
	void *ctx;
};

/* Passed is called once, from the loop. */
void dhcp_check_init(struct dhcp_check *c, struct loop *l,
		     const struct card *card, void (*passed)(void *ctx),
		     void *ctx);
/* Asks from now on, by a socket of dhcp_socket_open. */
void dhcp_check_begin(struct dhcp_check *c, int fd);
/* Tells of a DHCPOFFER from a server outside of the cluster.  -1: it fails the
 * check, and the log says why.  0: the check has passed before, or never began;
 * while this service is answering, the log warns of such a server now and then.
 */
int dhcp_check_heard(struct dhcp_check *c, const struct dhcp_packet *offer,
		     bool answering);

#endif
