/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "initramfs/hold.h"

#include <string.h>

static bool
same_address(const struct hold_address *a, const struct hold_address *b)
{
	return a->ip == b->ip && a->prefix == b->prefix;
}

static bool
same_route(const struct rtnl_route *a, const struct rtnl_route *b)
{
	return a->to == b->to && a->prefix == b->prefix && a->via == b->via &&
	       a->metric == b->metric;
}

bool
hold_has_address(const struct hold *h, const struct hold_address *a)
{
	for (unsigned i = 0; i < h->naddresses; i++)
		if (same_address(&h->addresses[i], a))
			return true;
	return false;
}

bool
hold_has_route(const struct hold *h, const struct rtnl_route *r)
{
	for (unsigned i = 0; i < h->nroutes; i++)
		if (same_route(&h->routes[i], r))
			return true;
	return false;
}

/* Returns true if r is the route to the network of one of h's addresses, which
 * the kernel makes together with the address. */
static bool
is_network(const struct hold *h, const struct rtnl_route *r)
{
	for (unsigned i = 0; i < h->naddresses; i++) {
		const struct hold_address *a = &h->addresses[i];

		if (r->via == 0 && r->prefix == a->prefix &&
		    r->to == lease_network(a->ip, a->prefix))
			return true;
	}
	return false;
}

static unsigned
heard_own(struct hold *h, const struct rtnl_news *n)
{
	/* The kernel sends no news of the routes that a card loses when it is
	 * set down. */
	bool missing = !n->up || !h->up;
	unsigned what = 0;

	h->up = n->up;
	h->lower = n->lower;
	if (!h->has_mac && n->has_mac) {
		memcpy(h->mac, n->mac, sizeof h->mac);
		h->has_mac = true;
	}
	if (n->name[0] != '\0' && strcmp(h->name, n->name) != 0) {
		memcpy(h->name, n->name, sizeof h->name);
		what |= HOLD_RENAMED;
	}
	return missing && h->naddresses > 0 ? what | HOLD_PUT_BACK : what;
}

static bool
is_back(const struct hold *h, const struct rtnl_news *n)
{
	return h->index == 0 && h->has_mac && n->has_mac && !n->stacked &&
	       n->index > 0 && memcmp(h->mac, n->mac, sizeof h->mac) == 0;
}

static unsigned
heard_link(struct hold *h, const struct rtnl_news *n)
{
	if (is_back(h, n)) {
		h->index = n->index;
		h->up = false;
		return heard_own(h, n) | HOLD_RENAMED;
	}
	return n->index == h->index && h->index != 0 ? heard_own(h, n) : 0;
}

unsigned
hold_heard(struct hold *h, const struct rtnl_news *n)
{
	struct hold_address a = {n->route.to, n->route.prefix};

	if (n->kind == RTNL_LINK)
		return heard_link(h, n);
	if (n->index != h->index || h->index == 0)
		return 0;
	switch (n->kind) {
	case RTNL_LINK_GONE:
		h->index = 0;
		return HOLD_LOST;
	case RTNL_ADDRESS_GONE:
		return hold_has_address(h, &a) ? HOLD_PUT_BACK : 0;
	case RTNL_ROUTE_GONE:
		return hold_has_route(h, &n->route) || is_network(h, &n->route)
			   ? HOLD_PUT_BACK
			   : 0;
	default:
		return 0;
	}
}

void
hold_lease(struct hold *h, const struct lease *l)
{
	struct hold_address a = {l->address, l->prefix};

	if (h->naddresses == 0 || h->addresses[0].ip == a.ip) {
		h->addresses[0] = a;
		h->naddresses = 1;
	} else {
		h->addresses[1] = a;
		h->naddresses = 2;
	}
	h->nroutes = l->nroutes;
	memcpy(h->routes, l->routes, sizeof h->routes);
}
