/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* dhcp_check: looks for DHCP servers outside of the cluster, since two servers
 * behind one card would give machines contradictory answers.
 *
 * The check broadcasts some DHCPDISCOVER packets.  If no server outside of the
 * cluster answers them, the check has passed.  Afterwards a further packet is
 * sent every half minute, to find servers that come later.  This module does
 * not read the answers: the caller reads them from the socket (dhcp_socket.h),
 * and passes them to dhcp_check_heard. */
#ifndef VF_BOOT_DHCP_CHECK_H
#define VF_BOOT_DHCP_CHECK_H

#include "lib/loop.h"
#include "boot/card.h"
#include "boot/dhcp_packet.h"

/* A check; its fields are private to dhcp_check.c. */
struct dhcp_check {
	struct loop *loop;
	const struct card *card;
	int fd; /* the caller's dhcp_socket; -1: the check has not begun */
	struct loop_timer ask;
	/* DHCPDISCOVERs sent, counted until the check has passed */
	unsigned asked;
	uint32_t xid; /* transaction id of all DHCPDISCOVERs of this check */
	int64_t warned_ns;
	void (*passed)(void *ctx);
	void *ctx;
};

/* Prepares *c; nothing is sent yet.  `passed` is called once, from the loop,
 * when the check has passed. */
void dhcp_check_init(struct dhcp_check *c, struct loop *l,
		     const struct card *card, void (*passed)(void *ctx),
		     void *ctx);
/* Begins to send DHCPDISCOVERs through fd, the descriptor of a socket from
 * dhcp_socket_open. */
void dhcp_check_begin(struct dhcp_check *c, int fd);
/* Called with each DHCPOFFER of a server outside of the cluster.  If the offer
 * answers a check that has not passed yet, logs that the check has failed and
 * returns -1.  Else returns 0, and, if `answering` is true (this service
 * answers DHCP), warns of the other server, at most once a minute. */
int dhcp_check_heard(struct dhcp_check *c, const struct dhcp_packet *offer,
		     bool answering);

#endif
