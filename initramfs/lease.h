/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* lease: parses the addresses, routes and names that a DHCP server has given to
 * a machine, which udhcpc passes to its script in environment variables.
 *
 * Pure.  The texts come from whoever answers DHCP and are not trusted: what is
 * no address, number or name is ignored, and what exceeds the bounds below is
 * cut off.
 *
 * Units    addresses in network byte order, 0: none; prefixes in bits. */
#ifndef VF_INITRAMFS_LEASE_H
#define VF_INITRAMFS_LEASE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/rtnl.h"

/* Arbitrary: more routes and name servers than machines usually have. */
#define LEASE_ROUTES 16
#define LEASE_DNS 4
#define LEASE_NAME 64    /* bytes, with the NUL: a label of RFC 1035 */
#define LEASE_DOMAIN 256 /* bytes, with the NUL: a name of RFC 1035 */
/* Bytes: a smaller MTU is ignored, as each host must take packets of this size
 * (RFC 791, 3.2). */
#define LEASE_MTU_MIN 576

struct lease {
	in_addr_t address;
	uint8_t prefix;
	/* address of DHCP's "next server", else of the DHCP server */
	in_addr_t server;
	uint16_t mtu; /* bytes; 0: the DHCP server named no MTU */
	unsigned nroutes, ndns;
	struct rtnl_route routes[LEASE_ROUTES];
	in_addr_t dns[LEASE_DNS];
	char name[LEASE_NAME]; /* host name of letters, digits, '-', '.', '_' */
	char domain[LEASE_DOMAIN];
};

/* Parses udhcpc's environment into l.  Each of `words` has the form
 * "NAME=VALUE", and NULL follows the last.  Returns 0, or -1 with errno EINVAL
 * if there is no usable address. */
int lease_read(char *const *words, struct lease *l);

/* Parses the text "ADDRESS/BITS" or "ADDRESS/MASK", given by the administrator,
 * into l.  Returns 0, or -1 with errno EINVAL. */
int lease_parse_address(const char *text, struct lease *l);
/* Adds to l a default route through the gateway `via`.  Returns false if l has
 * no room for a further route. */
bool lease_add_gateway(struct lease *l, in_addr_t via);

/* Returns the address of the network that ip is in. */
in_addr_t lease_network(in_addr_t ip, uint8_t prefix);

/* Writes the lease, and the name `card`, as assignments that a shell can read,
 * to the variables net_device, net_address, net_name, net_domain, net_dns and
 * net_server. */
void lease_write(const struct lease *l, const char *card, FILE *to);

#endif
