/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/card.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"

#define LOOPBACK_NET 127
#define RESOLV_CONF "/etc/resolv.conf"

static uint32_t
ip_of(const struct sockaddr *sa)
{
	struct sockaddr_in in;

	memcpy(&in, sa, sizeof in);
	return ntohl(in.sin_addr.s_addr);
}

static bool
usable(const struct ifaddrs *a)
{
	const unsigned need = IFF_UP | IFF_RUNNING | IFF_BROADCAST;

	return a->ifa_addr != NULL && a->ifa_addr->sa_family == AF_INET &&
	       a->ifa_netmask != NULL && (a->ifa_flags & need) == need &&
	       !(a->ifa_flags & IFF_LOOPBACK);
}

/* Sets the Ethernet address and index of the card c->name.  Returns 0, or -1 if
 * there is no such Ethernet card. */
static int
hardware(const struct ifaddrs *all, struct card *c)
{
	for (const struct ifaddrs *a = all; a != NULL; a = a->ifa_next) {
		struct sockaddr_ll ll;

		if (a->ifa_addr == NULL ||
		    a->ifa_addr->sa_family != AF_PACKET ||
		    strcmp(a->ifa_name, c->name) != 0)
			continue;
		memcpy(&ll, a->ifa_addr, sizeof ll);
		if (ll.sll_hatype != ARPHRD_ETHER || ll.sll_halen != MAC_SIZE)
			return -1;
		memcpy(c->mac, ll.sll_addr, MAC_SIZE);
		c->index = ll.sll_ifindex;
		return 0;
	}
	return -1;
}

static void
add_word(char why[CARD_WHY], const char *word)
{
	size_t len = strlen(why);

	snprintf(why + len, CARD_WHY - len, " %s", word);
}

static int
no_card(const char *name, char why[CARD_WHY])
{
	if (name == NULL)
		snprintf(why, CARD_WHY,
			 "no network card has a cable and an IPv4 address; "
			 "give one an address (ip addr add) or name it with "
			 "--interface");
	else if (if_nametoindex(name) == 0)
		snprintf(why, CARD_WHY,
			 "%s: there is no such network card (ip link shows "
			 "all)",
			 name);
	else
		snprintf(why, CARD_WHY,
			 "%s is no Ethernet card that is up and has an IPv4 "
			 "address (ip addr show %s)",
			 name, name);
	return -1;
}

int
card_find(const char *name, struct card *c, char why[CARD_WHY])
{
	struct ifaddrs *all;
	char names[CARD_WHY] = "";
	unsigned found = 0;

	if (getifaddrs(&all) == -1) {
		snprintf(why, CARD_WHY, "the network cards: %m");
		return -1;
	}
	for (const struct ifaddrs *a = all; a != NULL; a = a->ifa_next) {
		struct card one = {0};

		if (!usable(a) ||
		    (name != NULL && strcmp(name, a->ifa_name) != 0))
			continue;
		snprintf(one.name, sizeof one.name, "%s", a->ifa_name);
		if (hardware(all, &one) == -1)
			continue;
		/* Only a card's first IPv4 address counts. */
		if (found > 0 && one.index == c->index)
			continue;
		one.address = ip_of(a->ifa_addr);
		one.mask = ip_of(a->ifa_netmask);
		*c = one;
		found++;
		add_word(names, one.name);
	}
	freeifaddrs(all);
	if (found == 1)
		return 0;
	if (found == 0)
		return no_card(name, why);
	snprintf(why, CARD_WHY,
		 "several network cards could be meant; name one with "
		 "--interface:%.120s",
		 names);
	return -1;
}

uint32_t
card_first(const struct card *c)
{
	return (c->address & c->mask) + 1;
}

uint32_t
card_last(const struct card *c)
{
	return (c->address | ~c->mask) - 1;
}

uint32_t
card_gateway(const struct card *c)
{
	AUTO_FCLOSE FILE *f = fopen("/proc/net/route", "re");
	char line[256], name[IF_NAMESIZE];
	unsigned to, via, flags;

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "%15s %x %x %x", name, &to, &via, &flags) ==
			4 &&
		    strcmp(name, c->name) == 0 && to == 0 &&
		    (flags & RTF_GATEWAY))
			return ntohl(via);
	return 0;
}

size_t
card_dns(uint32_t to[CARD_DNS_MAX])
{
	AUTO_FCLOSE FILE *f = fopen(RESOLV_CONF, "re");
	char line[256], text[64];
	size_t n = 0;

	while (f != NULL && n < CARD_DNS_MAX &&
	       fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "nameserver %63s", text) == 1 &&
		    ip4_parse(text, &to[n]) == 0 &&
		    to[n] >> 24 != LOOPBACK_NET && to[n] != 0)
			n++;
	return n;
}
