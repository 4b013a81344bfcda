/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/role_keeper.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_ether.h>
#include <net/if_arp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/arp.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "lib/packet_socket.h"
#include "lib/rtnl_socket.h"

#define HAS 'h'
#define TAKEN 't'
/* bits of the prefix; the card's own address has that of the network */
#define PREFIX 32

static bool
is_of_card(const struct ifaddrs *i, uint32_t address)
{
	uint32_t ip, mask;

	if (i->ifa_addr == NULL || i->ifa_netmask == NULL ||
	    i->ifa_addr->sa_family != AF_INET || (i->ifa_flags & IFF_UP) == 0 ||
	    (i->ifa_flags & IFF_LOOPBACK) != 0)
		return false;
	ip = ntohl(((struct sockaddr_in *)i->ifa_addr)->sin_addr.s_addr);
	mask = ntohl(((struct sockaddr_in *)i->ifa_netmask)->sin_addr.s_addr);
	return ip != address && mask != UINT32_MAX &&
	       (ip & mask) == (address & mask);
}

/* Sets c to the Ethernet card of that name.  Returns false if there is none. */
static bool
take_card(const struct ifaddrs *all, const char *name, struct keeper_card *c)
{
	for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
		const struct sockaddr_ll *ll = (void *)i->ifa_addr;

		if (ll == NULL || ll->sll_family != AF_PACKET ||
		    ll->sll_hatype != ARPHRD_ETHER ||
		    ll->sll_halen != MAC_SIZE || strcmp(i->ifa_name, name) != 0)
			continue;
		c->index = ll->sll_ifindex;
		memcpy(c->mac, ll->sll_addr, MAC_SIZE);
		strncpy(c->name, name, sizeof c->name - 1);
		return true;
	}
	return false;
}

int
keeper_card_find(uint32_t address, struct keeper_card *c)
{
	struct ifaddrs *all;
	int result = -1;

	*c = (struct keeper_card){0};
	if (getifaddrs(&all) == -1)
		return -1;
	for (struct ifaddrs *i = all; i != NULL && result == -1;
	     i = i->ifa_next)
		if (is_of_card(i, address) && take_card(all, i->ifa_name, c))
			result = 0;
	freeifaddrs(all);
	return result;
}

static int
request(const struct rtnl_request *r)
{
	int fd = rtnl_socket_open(), result = -1;

	if (fd == -1)
		return -1;
	result = rtnl_socket_request(fd, r);
	close(fd);
	return result;
}

static int
lend(const struct keeper *k)
{
	struct rtnl_request r;

	rtnl_lend_address(&r, k->card.index, htonl(k->address), PREFIX,
			  KEEPER_LENT_S);
	return request(&r);
}

void
keeper_clean(const struct keeper *k)
{
	struct rtnl_request r;

	if (k->card.index == 0)
		return;
	rtnl_delete_address(&r, k->card.index, htonl(k->address), PREFIX);
	(void)request(&r);
}

/* --- the process --- */

static volatile sig_atomic_t told_to_end;

static void
on_signal(int signo)
{
	(void)signo;
	told_to_end = 1;
}

/* Sends a probe for the address, or an announcement of it. */
static void
say(const struct keeper *k, int arp, bool announce)
{
	static const uint8_t all[MAC_SIZE] = {255, 255, 255, 255, 255, 255};
	uint8_t buf[ARP_SIZE];

	if (announce)
		arp_encode_announcement(buf, k->card.mac, k->address);
	else
		arp_encode_probe(buf, k->card.mac, k->address);
	(void)packet_socket_send(arp, k->card.index, ETH_P_ARP, all, buf,
				 sizeof buf);
}

/* Returns true if by the packet another card has the address, or will have it.
 * If two cards probe it at once, or both have it, the one with the lower MAC
 * address wins. */
static bool
is_taken_by(const struct keeper *k, const struct arp_packet *p, bool has)
{
	int order = memcmp(p->mac, k->card.mac, MAC_SIZE);

	if (order == 0)
		return false;
	if (p->ip == k->address)
		return !has || order < 0;
	return !has && p->ip == 0 && p->target == k->address && order < 0;
}

/* Reads an ARP packet.  Returns true if the address is another card's, after
 * telling the parent so. */
static bool
read_arp(struct keeper *k, int arp, bool has)
{
	uint8_t buf[64], said[1 + MAC_SIZE] = {TAKEN};
	struct sockaddr_ll from;
	struct arp_packet p;
	ssize_t n = packet_socket_receive(arp, buf, sizeof buf, &from);

	if (n == -1 || from.sll_pkttype == PACKET_OUTGOING ||
	    !arp_decode(buf, n, &p))
		return false;
	if (!is_taken_by(k, &p, has)) {
		if (has && p.ip == k->address)
			say(k, arp, true);
		return false;
	}
	memcpy(said + 1, p.mac, MAC_SIZE);
	(void)send(k->fd, said, sizeof said, MSG_NOSIGNAL);
	return true;
}

/* Waits for ms milliseconds, and reads ARP packets meanwhile.  Returns false if
 * the process must end. */
static bool
wait_ms(struct keeper *k, int arp, bool has, int64_t ms)
{
	int64_t until_ns = clock_now_ns() + ms * NS_PER_MS, left_ns;

	while (!told_to_end && (left_ns = until_ns - clock_now_ns()) > 0) {
		struct pollfd p[] = {{.fd = k->fd, .events = POLLIN},
				     {.fd = arp, .events = POLLIN}};

		if (poll(p, 2, (int)(left_ns / NS_PER_MS) + 1) <= 0)
			continue;
		if (p[0].revents != 0)
			return false; /* the parent has closed it, or died */
		if (p[1].revents != 0 && read_arp(k, arp, has))
			return false;
	}
	return !told_to_end;
}

static int
open_arp(const struct keeper *k)
{
	/* a filter that lets all ARP packets through */
	struct sock_filter all = {BPF_RET | BPF_K, 0, 0, 65535};
	struct sock_fprog filter = {.len = 1, .filter = &all};

	return packet_socket_open(k->card.index, ETH_P_ARP, &filter);
}

static bool
probe(struct keeper *k, int arp)
{
	for (int i = 0; i < KEEPER_PROBES; i++) {
		if (k->card.index != 0)
			say(k, arp, false);
		if (!wait_ms(k, arp, false, KEEPER_PROBE_MS))
			return false;
	}
	return true;
}

/* Keeps the address on the card until the process must end. */
static void
hold(struct keeper *k, int arp)
{
	static const uint8_t has = HAS;
	int64_t lent_ns = clock_now_ns();
	bool told = false;

	do {
		/* A process that was stopped for so long has lost the address,
		 * and another machine may have it by now. */
		if (clock_now_ns() - lent_ns > KEEPER_LENT_S * 1000 * NS_PER_MS)
			break;
		lent_ns = clock_now_ns();
		if (k->card.index != 0 && lend(k) == -1) {
			log_error("an address for %s: %m", k->card.name);
			break;
		}
		if (k->card.index != 0)
			say(k, arp, true);
		if (!told)
			(void)send(k->fd, &has, 1, MSG_NOSIGNAL);
		told = true;
	} while (wait_ms(k, arp, true, KEEPER_ANNOUNCE_MS));
	keeper_clean(k);
}

static void __attribute__((noreturn)) run(struct keeper *k)
{
	struct sigaction end = {.sa_handler = on_signal};
	sigset_t none;
	int arp = -1;

	/* No other descriptor of the parent stays open here: if it were the
	 * socket of another keeper, that one would not notice the parent's end.
	 */
	if (dup2(k->fd, 3) == -1)
		_exit(1);
	k->fd = 3;
	close_range(4, ~0U, 0);
	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGINT, &end, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_NAME, "vfield-role");
	if (k->card.index != 0)
		arp = open_arp(k);
	if (k->card.index != 0 && arp == -1) {
		log_error("ARP on %s: %m", k->card.name);
		_exit(1);
	}
	if (probe(k, arp))
		hold(k, arp);
	_exit(0);
}

/* --- the parent of the process --- */

int
keeper_start(struct keeper *k, uint32_t address, const struct keeper_card *c)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		return -1;
	*k = (struct keeper){.address = address, .card = *c, .fd = ends[1]};
	k->pid = fork();
	if (k->pid == 0)
		run(k);
	close(ends[1]);
	k->fd = ends[0];
	if (k->pid != -1)
		return 0;
	close(k->fd);
	k->fd = -1;
	k->pid = 0;
	return -1;
}

enum keeper_news
keeper_read(struct keeper *k)
{
	uint8_t said[1 + MAC_SIZE];
	ssize_t n = recv(k->fd, said, sizeof said, MSG_DONTWAIT);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return KEEPER_NOTHING;
	if (n == 1 && said[0] == HAS)
		return KEEPER_HAS;
	k->taken = n == sizeof said && said[0] == TAKEN;
	if (k->taken)
		memcpy(k->other, said + 1, MAC_SIZE);
	return KEEPER_LOST;
}

void
keeper_stop(struct keeper *k)
{
	/* The end of the agent's socket is not enough: a process that the
	 * agent has forked to bring a site has a copy of it. */
	if (k->pid > 0)
		kill(k->pid, SIGTERM);
	if (k->fd != -1)
		close(k->fd);
	k->fd = -1;
}
