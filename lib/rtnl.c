/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/rtnl.h"

#include <linux/if_arp.h>
#include <string.h>
#include <sys/socket.h>

/* The unread attributes of a message, or of another attribute: `left` bytes at
 * `at`. */
struct attributes {
	const uint8_t *at;
	size_t left;
};

struct attribute {
	uint16_t type;
	const uint8_t *value;
	size_t len;
};

static bool
next_attribute(struct attributes *as, struct attribute *a)
{
	struct rtattr head;
	size_t step;

	if (as->left < sizeof head)
		return false;
	memcpy(&head, as->at, sizeof head);
	if (head.rta_len < sizeof head || head.rta_len > as->left)
		return false;
	a->type = head.rta_type & NLA_TYPE_MASK;
	a->value = as->at + sizeof head;
	a->len = head.rta_len - sizeof head;
	step = RTA_ALIGN(head.rta_len);
	if (step > as->left)
		step = as->left;
	as->at += step;
	as->left -= step;
	return true;
}

static uint32_t
number_of(const struct attribute *a)
{
	uint32_t value = 0;

	if (a->len == sizeof value)
		memcpy(&value, a->value, sizeof value);
	return value;
}

/* Copies the first `size` bytes of the body, its fixed head, to `head`, and
 * moves `body` on to the attributes after the head.  Returns false if the body
 * is too short. */
static bool
read_head(struct attributes *body, void *head, size_t size)
{
	size_t step = NLMSG_ALIGN(size);

	if (body->left < size)
		return false;
	memcpy(head, body->at, size);
	if (step > body->left)
		step = body->left;
	body->at += step;
	body->left -= step;
	return true;
}

/* Returns true if a card lies on top of other cards, by `info`, its attribute
 * IFLA_LINKINFO.  A real card has no IFLA_INFO_KIND, and the card of a virtual
 * machine has one that is not in the list. */
static bool
is_stacked(const struct attribute *info)
{
	static const char *const kinds[] = {"vlan",   "bridge",  "bond",
					    "team",   "macvlan", "macvtap",
					    "ipvlan", "ipvtap",  "vrf"};
	struct attributes inside = {info->value, info->len};
	struct attribute a;

	while (next_attribute(&inside, &a)) {
		if (a.type != IFLA_INFO_KIND)
			continue;
		for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
			if (a.len >= strlen(kinds[i]) &&
			    memcmp(a.value, kinds[i], strlen(kinds[i])) == 0)
				return true;
	}
	return false;
}

static void
copy_name(char to[IF_NAMESIZE], const struct attribute *a)
{
	size_t len = strnlen((const char *)a->value, a->len);

	if (len >= IF_NAMESIZE)
		return;
	memcpy(to, a->value, len);
	to[len] = '\0';
}

static void
read_link(struct attributes body, bool gone, struct rtnl_news *n)
{
	struct ifinfomsg head;
	struct attribute a;

	/* A message about a port of a bridge has the same type as one about a
	 * card, but the family AF_BRIDGE. */
	if (!read_head(&body, &head, sizeof head) ||
	    head.ifi_family != AF_UNSPEC)
		return;
	n->kind = gone ? RTNL_LINK_GONE : RTNL_LINK;
	n->index = head.ifi_index;
	n->up = (head.ifi_flags & IFF_UP) != 0;
	while (next_attribute(&body, &a)) {
		if (a.type == IFLA_IFNAME)
			copy_name(n->name, &a);
		else if (a.type == IFLA_LINK)
			n->lower = (int)number_of(&a);
		else if (a.type == IFLA_LINKINFO)
			n->stacked = is_stacked(&a);
		else if (a.type == IFLA_ADDRESS && a.len == RTNL_MAC &&
			 head.ifi_type == ARPHRD_ETHER) {
			memcpy(n->mac, a.value, RTNL_MAC);
			n->has_mac = true;
		}
	}
	if (n->lower < 0 || n->lower == n->index)
		n->lower = 0;
}

static void
read_address(struct attributes body, struct rtnl_news *n)
{
	struct ifaddrmsg head;
	struct attribute a;

	if (!read_head(&body, &head, sizeof head) || head.ifa_family != AF_INET)
		return;
	n->kind = RTNL_ADDRESS_GONE;
	n->index = (int)head.ifa_index;
	n->route.prefix = head.ifa_prefixlen;
	while (next_attribute(&body, &a))
		if (a.type == IFA_LOCAL)
			n->route.to = number_of(&a);
}

static void
read_route(struct attributes body, struct rtnl_news *n)
{
	struct rtmsg head;
	struct attribute a;
	uint32_t table;

	if (!read_head(&body, &head, sizeof head) || head.rtm_family != AF_INET)
		return;
	table = head.rtm_table;
	n->route.prefix = head.rtm_dst_len;
	while (next_attribute(&body, &a)) {
		if (a.type == RTA_DST)
			n->route.to = number_of(&a);
		else if (a.type == RTA_GATEWAY)
			n->route.via = number_of(&a);
		else if (a.type == RTA_PRIORITY)
			n->route.metric = number_of(&a);
		else if (a.type == RTA_OIF)
			n->index = (int)number_of(&a);
		else if (a.type == RTA_TABLE)
			table = number_of(&a);
	}
	if (table == RT_TABLE_MAIN)
		n->kind = RTNL_ROUTE_GONE;
}

static void
read_error(struct attributes body, struct rtnl_news *n)
{
	int error;

	if (!read_head(&body, &error, sizeof error))
		return;
	n->kind = RTNL_ERROR;
	n->error = error < 0 && error > -4096 ? -error : 0;
}

size_t
rtnl_read(const void *buf, size_t len, struct rtnl_news *n)
{
	struct nlmsghdr head;
	struct attributes body;
	size_t step;

	*n = (struct rtnl_news){0};
	if (len < sizeof head)
		return 0;
	memcpy(&head, buf, sizeof head);
	if (head.nlmsg_len < sizeof head || head.nlmsg_len > len)
		return 0;
	body.at = (const uint8_t *)buf + sizeof head;
	body.left = head.nlmsg_len - sizeof head;
	if (head.nlmsg_type == RTM_NEWLINK || head.nlmsg_type == RTM_DELLINK)
		read_link(body, head.nlmsg_type == RTM_DELLINK, n);
	else if (head.nlmsg_type == RTM_DELADDR)
		read_address(body, n);
	else if (head.nlmsg_type == RTM_DELROUTE)
		read_route(body, n);
	else if (head.nlmsg_type == NLMSG_ERROR)
		read_error(body, n);
	step = NLMSG_ALIGN(head.nlmsg_len);
	return step < len ? step : len;
}

/* --- requests --- */

static void *
begin(struct rtnl_request *r, uint16_t type, uint16_t flags, size_t body)
{
	memset(r, 0, sizeof *r);
	r->header.nlmsg_len = NLMSG_LENGTH(body);
	r->header.nlmsg_type = type;
	r->header.nlmsg_flags = NLM_F_REQUEST | flags;
	return NLMSG_DATA(&r->header);
}

/* Appends an attribute to the request.  The request has room for it, since all
 * its attributes together are far smaller than r->bytes. */
static void
put_bytes(struct rtnl_request *r, uint16_t type, const void *value, size_t len)
{
	struct rtattr head = {RTA_LENGTH(len), type};
	size_t at = NLMSG_ALIGN(r->header.nlmsg_len);

	if (at > sizeof *r - RTA_SPACE(len))
		return;
	memcpy((uint8_t *)r + at, &head, sizeof head);
	memcpy((uint8_t *)r + at + sizeof head, value, len);
	r->header.nlmsg_len = at + RTA_SPACE(len);
}

static void
put(struct rtnl_request *r, uint16_t type, uint32_t value)
{
	put_bytes(r, type, &value, sizeof value);
}

void
rtnl_ask_link(struct rtnl_request *r, int index)
{
	struct ifinfomsg *m =
	    begin(r, RTM_GETLINK, index == 0 ? NLM_F_DUMP : 0, sizeof *m);

	m->ifi_index = index;
}

void
rtnl_set_up(struct rtnl_request *r, int index)
{
	struct ifinfomsg *m = begin(r, RTM_NEWLINK, NLM_F_ACK, sizeof *m);

	m->ifi_index = index;
	m->ifi_flags = m->ifi_change = IFF_UP;
}

void
rtnl_set_mtu(struct rtnl_request *r, int index, uint32_t mtu)
{
	struct ifinfomsg *m = begin(r, RTM_NEWLINK, NLM_F_ACK, sizeof *m);

	m->ifi_index = index;
	put(r, IFLA_MTU, mtu);
}

static void
address(struct rtnl_request *r, uint16_t type, uint16_t flags, int index,
	in_addr_t address, uint8_t prefix)
{
	struct ifaddrmsg *m = begin(r, type, NLM_F_ACK | flags, sizeof *m);

	m->ifa_family = AF_INET;
	m->ifa_prefixlen = prefix;
	m->ifa_index = index;
	put(r, IFA_LOCAL, address);
	put(r, IFA_ADDRESS, address);
}

void
rtnl_add_address(struct rtnl_request *r, int index, in_addr_t ip,
		 uint8_t prefix)
{
	address(r, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, index, ip,
		prefix);
}

void
rtnl_lend_address(struct rtnl_request *r, int index, in_addr_t ip,
		  uint8_t prefix, uint32_t seconds)
{
	struct ifa_cacheinfo times = {.ifa_prefered = seconds,
				      .ifa_valid = seconds};

	rtnl_add_address(r, index, ip, prefix);
	put_bytes(r, IFA_CACHEINFO, &times, sizeof times);
}

void
rtnl_delete_address(struct rtnl_request *r, int index, in_addr_t ip,
		    uint8_t prefix)
{
	address(r, RTM_DELADDR, 0, index, ip, prefix);
}

static struct rtmsg *
route(struct rtnl_request *r, uint16_t type, uint16_t flags, int index,
      const struct rtnl_route *to)
{
	struct rtmsg *m = begin(r, type, NLM_F_ACK | flags, sizeof *m);

	m->rtm_family = AF_INET;
	m->rtm_dst_len = to->prefix;
	m->rtm_table = RT_TABLE_MAIN;
	m->rtm_scope = to->via != 0 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	if (to->prefix > 0)
		put(r, RTA_DST, to->to);
	if (to->via != 0)
		put(r, RTA_GATEWAY, to->via);
	if (to->metric != 0)
		put(r, RTA_PRIORITY, to->metric);
	put(r, RTA_OIF, (uint32_t)index);
	return m;
}

void
rtnl_add_route(struct rtnl_request *r, int index, const struct rtnl_route *to,
	       in_addr_t source)
{
	struct rtmsg *m = route(r, RTM_NEWROUTE, NLM_F_CREATE, index, to);

	m->rtm_type = RTN_UNICAST;
	/* A route to the network of an address is marked as if the kernel
	 * itself had made it together with the address. */
	m->rtm_protocol = source != 0 ? RTPROT_KERNEL : RTPROT_BOOT;
	m->rtm_flags = to->outside ? RTNH_F_ONLINK : 0;
	if (source != 0)
		put(r, RTA_PREFSRC, source);
}

void
rtnl_delete_route(struct rtnl_request *r, int index,
		  const struct rtnl_route *to)
{
	route(r, RTM_DELROUTE, 0, index, to);
}
