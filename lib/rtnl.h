/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rtnl: parses and makes messages of rtnetlink(7) about cards, IPv4 addresses
 * and routes.
 *
 * Pure.  The parser trusts no length in a message, and returns RTNL_NONE for a
 * message that it does not understand.
 *
 * Units    addresses in network byte order, prefixes in bits. */
#ifndef VF_LIB_RTNL_H
#define VF_LIB_RTNL_H

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RTNL_MAC 6

struct rtnl_route {
	in_addr_t to;
	uint8_t prefix;
	/* the gateway; 0: the destination is behind the card itself */
	in_addr_t via;
	/* among routes to the same destination the lowest metric wins */
	uint32_t metric;
	bool outside; /* `via` is not in the network of the card's address */
};

enum rtnl_kind {
	RTNL_NONE,         /* any other message, which is ignored */
	RTNL_LINK,         /* the present state of a card */
	RTNL_LINK_GONE,    /* a card has gone */
	RTNL_ADDRESS_GONE, /* an address was taken from a card */
	RTNL_ROUTE_GONE,   /* a route of the main table was deleted */
	RTNL_ERROR,        /* the kernel's answer to a request */
};

struct rtnl_news {
	enum rtnl_kind kind;
	int index; /* the card's index; 0: the message names no card */
	/* the fields from here to `name` are set for RTNL_LINK alone */
	bool up;
	/* the card is a bridge, VLAN or the like; its MAC may be another card's
	 */
	bool stacked;
	int lower; /* index of the card that carries this one; 0: none */
	bool has_mac;
	uint8_t mac[RTNL_MAC];
	char name[IF_NAMESIZE]; /* "": the message has no name */
	/* set for RTNL_ROUTE_GONE; also for RTNL_ADDRESS_GONE, where route.via
	 * is 0 and route.to is the address */
	struct rtnl_route route;
	int error; /* set for RTNL_ERROR: an errno value; 0: success */
};

/* Parses the first message in the buffer into n.  Returns how many bytes the
 * message takes; 0: the buffer has no complete message. */
size_t rtnl_read(const void *buf, size_t len, struct rtnl_news *n);

/* A request to the kernel, filled in by one of the functions below.  The kernel
 * answers each with RTNL_ERROR, except the request of rtnl_ask_link(). */
struct rtnl_request {
	union {
		struct nlmsghdr header;
		uint8_t bytes[256];
	};
};

/* Makes a request for the state of the card with this index, or of all cards if
 * index is 0; the kernel answers with RTNL_LINK. */
void rtnl_ask_link(struct rtnl_request *r, int index);
void rtnl_set_up(struct rtnl_request *r, int index);
void rtnl_set_mtu(struct rtnl_request *r, int index, uint32_t mtu);
/* Makes a request to add an address to a card.  The lifetime of an address that
 * the card has already becomes endless. */
void rtnl_add_address(struct rtnl_request *r, int index, in_addr_t address,
		      uint8_t prefix);
/* Makes a request to add an address to a card, or to keep it there, for so many
 * seconds; then the kernel removes the address by itself. */
void rtnl_lend_address(struct rtnl_request *r, int index, in_addr_t address,
		       uint8_t prefix, uint32_t seconds);
void rtnl_delete_address(struct rtnl_request *r, int index, in_addr_t address,
			 uint8_t prefix);
/* Makes a request to add a route, which comes before others with the same
 * destination and metric, and replaces none of them.  The kernel answers EEXIST
 * if it has that very route.  If `source` is not 0, it is an address of the
 * card, and the route is the one to that address's network. */
void rtnl_add_route(struct rtnl_request *r, int index,
		    const struct rtnl_route *route, in_addr_t source);
void rtnl_delete_route(struct rtnl_request *r, int index,
		       const struct rtnl_route *route);

#endif
