/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/dhcp_check.h"

#include <sys/random.h>
#include <unistd.h>

#include "lib/log.h"
#include "boot/dhcp_socket.h"

/* The check sends QUESTIONS DHCPDISCOVERs, and waits for PAUSE_MS milliseconds
 * after each, 4.5 s in all.  A server may first probe for three seconds whether
 * the address that it wants to offer is free (RFC 2131, 2.2, does not say for
 * how long it probes). */
#define QUESTIONS 3
#define PAUSE_MS 1500
/* milliseconds between packets after the check has passed; arbitrary */
#define LATER_MS 30000
/* nanoseconds between two warnings; arbitrary */
#define WARN_AGAIN_NS INT64_C(60000000000)

static void
ask(void *ctx)
{
	struct dhcp_check *c = ctx;
	uint8_t packet[DHCP_DISCOVER_SIZE];

	if (c->asked <= QUESTIONS && c->asked++ == QUESTIONS)
		c->passed(c->ctx);
	dhcp_encode_discover(packet, c->xid, c->card->mac);
	if (dhcp_socket_send(c->fd, c->card->index, packet, sizeof packet) ==
	    -1)
		log_warn("%s: cannot ask for DHCP servers: %m", c->card->name);
	loop_timer_set(c->loop, &c->ask,
		       clock_now_ns() +
			   (c->asked > QUESTIONS ? LATER_MS : PAUSE_MS) *
			       NS_PER_MS);
}

void
dhcp_check_init(struct dhcp_check *c, struct loop *l, const struct card *card,
		void (*passed)(void *ctx), void *ctx)
{
	*c = (struct dhcp_check){.loop = l,
				 .card = card,
				 .fd = -1,
				 .ask = {.fire = ask, .ctx = c},
				 .warned_ns = -WARN_AGAIN_NS,
				 .passed = passed,
				 .ctx = ctx};
	if (getrandom(&c->xid, sizeof c->xid, 0) == -1)
		c->xid = getpid();
}

void
dhcp_check_begin(struct dhcp_check *c, int fd)
{
	c->fd = fd;
	ask(c);
}

static void
say_failed(const struct card *card, const struct dhcp_packet *offer)
{
	char server[IP4_TEXT], ip[IP4_TEXT];

	log_error("another DHCP server answers behind %s: %s%s%s%s, which "
		  "offers %s; two would fight.  Stop that one, or leave the "
		  "addresses to it with --proxy",
		  card->name, ip4_text(offer->server, server),
		  offer->domain[0] != '\0' ? " (" : "", offer->domain,
		  offer->domain[0] != '\0' ? ")" : "",
		  ip4_text(offer->yiaddr, ip));
}

/* Warns, at most once in WARN_AGAIN_NS, of a DHCP server that the check did not
 * find, since that server came later or was cut off during the check. */
static void
warn(struct dhcp_check *c, const struct dhcp_packet *offer)
{
	char ip[IP4_TEXT];

	if (clock_now_ns() - c->warned_ns < WARN_AGAIN_NS)
		return;
	c->warned_ns = clock_now_ns();
	log_warn("another DHCP server answers behind %s: %s; machines get "
		 "their address from whoever is faster",
		 c->card->name, ip4_text(offer->server, ip));
}

int
dhcp_check_heard(struct dhcp_check *c, const struct dhcp_packet *offer,
		 bool answering)
{
	bool passed = c->asked > QUESTIONS;

	if (c->fd == -1)
		return 0;
	if (!passed && offer->xid == c->xid) {
		say_failed(c->card, offer);
		return -1;
	}
	if (answering)
		warn(c, offer);
	return 0;
}
