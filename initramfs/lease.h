/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* lease: the gifts of a DHCP server, as udhcpc tells its program of them: by
 * the environment.
 *
 * Pure.  Texts come from whoever answers DHCP: what is no address, number or
 * name is left out, what there is too much of is cut off.
 *
 * Units    addresses in network byte order, 0: none; prefixes in bits.
 */
#ifndef VF_INITRAMFS_LEASE_H
#define VF_INITRAMFS_LEASE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Chosen: more gateways or name servers than machines have. */
#define LEASE_ROUTES 16
#define LEASE_DNS 4
#define LEASE_NAME 64    /* bytes, with the NUL: a label of RFC 1035 */
#define LEASE_DOMAIN 256 /* bytes, with the NUL: a name of RFC 1035 */
/* The least that each host has to take (RFC 791, 3.2). */
#define LEASE_MTU_MIN 576

struct lease_route {
	in_addr_t to;
	uint8_t prefix;
	in_addr_t via;   /* 0: the destination is behind the card itself */
	uint32_t metric; /* the least goes first */
	bool outside;    /* the gateway is not in the address's network */
};

struct lease {
	in_addr_t address;
	uint8_t prefix;
	in_addr_t server; /* "next server", else who gave the lease */
	uint16_t mtu;     /* bytes; 0: none was named */
	unsigned nroutes, ndns;
	struct lease_route routes[LEASE_ROUTES];
	in_addr_t dns[LEASE_DNS];
	char name[LEASE_NAME]; /* letters, digits, '-', '.', '_' */
	char domain[LEASE_DOMAIN];
};

/* Reads udhcpc's words "NAME=VALUE"; NULL ends them.  -1, EINVAL: no address
 * is among them. */
int lease_read(char *const *words, struct lease *l);

/* Reads "ADDRESS/BITS", or "ADDRESS/MASK", the administrator's own word.
 * -1, EINVAL. */
int lease_parse_address(const char *text, struct lease *l);
/* Adds a default route via the address; false: there is no room for it. */
bool lease_add_gateway(struct lease *l, in_addr_t via);

/* The network that an address is in. */
in_addr_t lease_network(in_addr_t ip, uint8_t prefix);

/* Writes what a shell reads as variables: net_device, net_address, net_name,
 * net_domain, net_dns, net_server. */
void lease_write(const struct lease *l, const char *card, FILE *to);

#endif
