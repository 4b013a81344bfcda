/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/addresses.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "lib/arp.h"
#include "lib/log.h"
#include "lib/packet_socket.h"
#include "boot/boot.h"
#include "boot/files.h"

/* Milliseconds without an answer after which a probed address counts as free.
 * Arbitrary: hosts of a LAN answer within some ms, and a machine that is seen
 * for the first time gets its address when it asks again, which iPXE does after
 * a second. */
#define ASK_MS 500
/* How many addresses may be probed at a time.  Arbitrary: more than new
 * machines start within ASK_MS.  If there is no room, a machine is served when
 * it asks again. */
#define ASKED_MAX 256
#define TAKEN_MAX 256
/* seconds that an address stays TAKEN; arbitrary: the host may be gone by
 * then */
#define TAKEN_S 3600

struct asked {
	uint8_t mac[MAC_SIZE]; /* MAC of the machine that is to get ip */
	uint32_t ip;
	int64_t due_ns;
};

struct addresses {
	struct loop_source arp;
	struct loop_timer due;
	size_t nasked, ntaken;
	struct asked asked[ASKED_MAX]; /* sorted: the least due_ns first */
	struct taken taken[TAKEN_MAX];
	bool told_full; /* the log already says that the range is full */
};

/* Names a machine without a name by the place of ip in the range; if ip is
 * outside of the range, by a number beyond that of any place. */
void
addresses_settle(struct boot *b, struct machine *m, uint32_t ip)
{
	const struct boot_config *c = &b->config;

	if (m->ip == ip && m->name[0] != '\0')
		return;
	machines_settle(b->machines, m, ip, c->set.names,
			boot_config_in_range(c, ip) ? ip - c->first + 1
						    : MACHINES_MAX);
	files_hosts(b);
}

/* --- which addresses are free --- */

static bool
is_taken(struct addresses *a, uint32_t ip)
{
	time_t now = time(NULL);

	for (size_t i = 0; i < a->ntaken; i++)
		if (a->taken[i].ip == ip)
			return now - a->taken[i].since < TAKEN_S;
	return false;
}

static bool
is_asked(const struct addresses *a, uint32_t ip)
{
	for (size_t i = 0; i < a->nasked; i++)
		if (a->asked[i].ip == ip)
			return true;
	return false;
}

static bool
is_free(struct boot *b, uint32_t ip)
{
	const struct boot_config *c = &b->config;

	if (!boot_config_in_range(c, ip) || ip == c->card.address ||
	    ip == c->gateway || machines_by_ip(b->machines, ip) != NULL ||
	    machines_keeps(b->machines, ip) ||
	    cluster_by_ip(b->cluster, ip) != NULL ||
	    is_taken(b->addresses, ip) || is_asked(b->addresses, ip))
		return false;
	for (size_t i = 0; i < c->ndns; i++)
		if (c->dns[i] == ip)
			return false;
	return true;
}

static uint32_t
choose(struct boot *b, const uint8_t mac[MAC_SIZE], uint32_t wanted)
{
	const struct boot_config *c = &b->config;

	if (is_free(b, wanted))
		return wanted;
	for (uint32_t ip = c->first; ip <= c->last; ip++)
		if (is_free(b, ip))
			return ip;
	return machines_reclaim(b->machines, machines_by_mac(b->machines, mac),
				c->first, c->last, time(NULL));
}

/* --- asking by ARP whether an address is free --- */

static void
ask_one(struct boot *b, const uint8_t mac[MAC_SIZE], uint32_t ip)
{
	static const uint8_t all[MAC_SIZE] = {0xff, 0xff, 0xff,
					      0xff, 0xff, 0xff};
	struct addresses *a = b->addresses;
	struct asked *one = &a->asked[a->nasked++];
	uint8_t probe[ARP_SIZE];

	one->ip = ip;
	one->due_ns = clock_now_ns() + ASK_MS * NS_PER_MS;
	memcpy(one->mac, mac, MAC_SIZE);
	arp_encode_probe(probe, b->config.card.mac, ip);
	if (packet_socket_send(a->arp.fd, b->config.card.index, ETH_P_ARP, all,
			       probe, sizeof probe) == -1)
		log_debug("%s: ARP: %m", b->config.card.name);
	if (a->due.slot == 0)
		loop_timer_set(b->loop, &a->due, one->due_ns);
}

static void
drop_asked(struct addresses *a, size_t i)
{
	a->nasked--;
	memmove(&a->asked[i], &a->asked[i + 1],
		(a->nasked - i) * sizeof *a->asked);
}

void
addresses_find(struct boot *b, const uint8_t mac[MAC_SIZE], uint32_t wanted)
{
	struct addresses *a = b->addresses;
	uint32_t ip;

	for (size_t i = 0; i < a->nasked; i++)
		if (memcmp(a->asked[i].mac, mac, MAC_SIZE) == 0)
			return;
	if (a->nasked == ASKED_MAX)
		return;
	ip = choose(b, mac, wanted);
	if (ip != 0)
		ask_one(b, mac, ip);
	else if (!a->told_full)
		log_warn("all addresses of the range are given away, or "
			 "somebody's; see --range");
	a->told_full = ip == 0;
}

/* Gives each machine that waits for the answer to an ARP probe its address, if
 * ASK_MS have passed without one. */
static void
on_due(void *ctx)
{
	struct boot *b = ctx;
	struct addresses *a = b->addresses;
	int64_t now_ns = clock_now_ns();

	while (a->nasked > 0 && a->asked[0].due_ns <= now_ns) {
		struct asked one = a->asked[0];
		struct machine *m = machines_by_mac(b->machines, one.mac);

		drop_asked(a, 0);
		if (m != NULL && m->ip == 0 &&
		    machines_by_ip(b->machines, one.ip) == NULL)
			addresses_settle(b, m, one.ip);
	}
	if (a->nasked > 0)
		loop_timer_set(b->loop, &a->due, a->asked[0].due_ns);
}

/* --- addresses that other hosts have --- */

/* Returns the entry of a->taken in which to write ip: the one that has ip
 * already, else an unused one, else the oldest. */
static struct taken *
place(struct addresses *a, uint32_t ip)
{
	struct taken *oldest = &a->taken[0];

	for (size_t i = 0; i < a->ntaken; i++) {
		if (a->taken[i].ip == ip)
			return &a->taken[i];
		if (a->taken[i].since < oldest->since)
			oldest = &a->taken[i];
	}
	return a->ntaken < TAKEN_MAX ? &a->taken[a->ntaken++] : oldest;
}

static void
take(struct boot *b, uint32_t ip, const uint8_t mac[MAC_SIZE])
{
	struct taken *t = place(b->addresses, ip);

	t->ip = ip;
	t->since = time(NULL);
	memcpy(t->mac, mac, MAC_SIZE);
	files_soon(b);
}

static void
heard(struct boot *b, const struct arp_packet *p)
{
	struct addresses *a = b->addresses;
	char ip[IP4_TEXT], mac[MAC_TEXT];

	for (size_t i = 0; i < a->nasked; i++) {
		struct asked one = a->asked[i];

		if (one.ip != p->ip || memcmp(one.mac, p->mac, MAC_SIZE) == 0)
			continue;
		drop_asked(a, i);
		take(b, p->ip, p->mac);
		log_warn("%s is in the range, and %s has it: it is not given "
			 "away",
			 ip4_text(p->ip, ip), mac_text(p->mac, mac));
		addresses_find(b, one.mac, 0);
		return;
	}
}

static void
on_arp(void *ctx, uint32_t events)
{
	struct boot *b = ctx;
	struct sockaddr_ll from;
	struct arp_packet p;
	uint8_t buf[64]; /* room for an ARP packet with its padding */
	ssize_t n;

	while ((n = packet_socket_receive(b->addresses->arp.fd, buf, sizeof buf,
					  &from)) != -1)
		if (from.sll_pkttype != PACKET_OUTGOING &&
		    arp_decode(buf, n, &p) && p.ip != 0)
			heard(b, &p);
}

void
addresses_declined(struct boot *b, const uint8_t mac[MAC_SIZE], uint32_t ip)
{
	static const uint8_t unknown[MAC_SIZE];
	struct machine *m = machines_by_mac(b->machines, mac);
	char text[IP4_TEXT], who[MAC_TEXT];

	if (m == NULL || m->ip == 0 || m->ip != ip)
		return;
	log_warn("%s, to which %s was given, has found it to be somebody "
		 "else's%s",
		 mac_text(mac, who), ip4_text(ip, text),
		 m->fixed ? ": see the list of machines" : "");
	if (m->fixed || !boot_config_in_range(&b->config, ip))
		return;
	m->ip = 0;
	/* the name was made from the address, so both are lost together */
	m->name[0] = '\0';
	m->leased = false;
	take(b, ip, unknown);
	files_hosts(b);
	addresses_find(b, mac, 0);
}

size_t
addresses_taken(const struct boot *b, const struct taken **all)
{
	*all = b->addresses->taken;
	return b->addresses->ntaken;
}

/* --- start and end --- */

/* A filter that lets the first 64 bytes of every packet through. */
static struct sock_filter all_arp[] = {BPF_STMT(BPF_RET | BPF_K, 64)};

int
addresses_open(struct boot *b)
{
	const struct sock_fprog filter = {1, all_arp};
	struct addresses *a = calloc(1, sizeof *a);

	b->addresses = a;
	if (a == NULL) {
		log_error("%m");
		return -1;
	}
	a->due.fire = on_due;
	a->due.ctx = b;
	a->arp = (struct loop_source){
	    .fd = packet_socket_open(b->config.card.index, ETH_P_ARP, &filter),
	    .events = EPOLLIN,
	    .ready = on_arp,
	    .ctx = b};
	if (a->arp.fd != -1 && loop_add(b->loop, &a->arp) == 0)
		return 0;
	log_error("%s: cannot listen to ARP: %m", b->config.card.name);
	return -1;
}

void
addresses_close(struct boot *b)
{
	struct addresses *a = b->addresses;

	if (a == NULL)
		return;
	if (a->arp.added)
		loop_remove(b->loop, &a->arp);
	if (a->arp.fd > 0)
		close(a->arp.fd);
	loop_timer_cancel(b->loop, &a->due);
	free(a);
	b->addresses = NULL;
}
