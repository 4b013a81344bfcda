/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* rtnl: messages of rtnetlink(7) about cards, IPv4 addresses and routes.
 *
 * Pure.  Reading trusts no length; what is not understood is RTNL_NONE.
 *
 * Units    addresses in network byte order, prefixes in bits.
 */
#ifndef VF_INITRAMFS_RTNL_H
#define VF_INITRAMFS_RTNL_H

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "initramfs/lease.h"

#define RTNL_MAC 6

enum rtnl_kind {
	RTNL_NONE,         /* nothing that matters here */
	RTNL_LINK,         /* a card, as it is now */
	RTNL_LINK_GONE,    /* a card is no more */
	RTNL_ADDRESS_GONE, /* an address was taken from a card */
	RTNL_ROUTE_GONE,   /* a route of the main table was deleted */
	RTNL_ERROR,        /* the answer to a request; 0: it is done */
};

struct rtnl_news {
	enum rtnl_kind kind;
	int index; /* the card's; 0: none is named */
	/* RTNL_LINK: */
	bool up;
	bool stacked; /* a bridge, VLAN or the like: it may borrow a MAC */
	int lower;    /* index of the card that carries this one; 0: none */
	bool has_mac;
	uint8_t mac[RTNL_MAC];
	char name[IF_NAMESIZE]; /* "": it was not named */
	/* RTNL_ADDRESS_GONE (via: 0), RTNL_ROUTE_GONE: */
	struct lease_route route;
	int error; /* RTNL_ERROR: an errno value */
};

/* Reads the message at the beginning of the buffer.  Bytes that it took, or 0:
 * there is no whole message. */
size_t rtnl_read(const void *buf, size_t len, struct rtnl_news *n);

/* A request, made by one of these.  RTNL_ERROR answers all but the first. */
struct rtnl_request {
	union {
		struct nlmsghdr header;
		uint8_t bytes[256];
	};
};

/* Asks for RTNL_LINK of a card; 0: of all. */
void rtnl_ask_link(struct rtnl_request *r, int index);
void rtnl_set_up(struct rtnl_request *r, int index);
void rtnl_set_mtu(struct rtnl_request *r, int index, uint32_t mtu);
/* An address that is there already gets an endless life. */
void rtnl_add_address(struct rtnl_request *r, int index, in_addr_t address,
		      uint8_t prefix);
void rtnl_delete_address(struct rtnl_request *r, int index, in_addr_t address,
			 uint8_t prefix);
/* A route goes before others of the same destination and metric, and takes no
 * other's place.  EEXIST: it is there.  With a source other than 0: the route
 * to the card's own network. */
void rtnl_add_route(struct rtnl_request *r, int index,
		    const struct lease_route *route, in_addr_t source);
void rtnl_delete_route(struct rtnl_request *r, int index,
		       const struct lease_route *route);

#endif
