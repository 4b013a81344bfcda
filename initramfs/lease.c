/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "initramfs/lease.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX_BITS 32
#define PREFIX_USUAL 24 /* bits; used if the server gives no network mask */

static bool
parse_number(const char *text, unsigned most, unsigned *value)
{
	char *end;
	unsigned long number;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno != 0 || *end != '\0' || number > most)
		return false;
	*value = number;
	return true;
}

static bool
parse_ip(const char *text, in_addr_t *ip)
{
	struct in_addr in;

	if (inet_pton(AF_INET, text, &in) != 1)
		return false;
	*ip = in.s_addr;
	return true;
}

/* Returns true if a host may have the address ip: if it is neither in "this
 * network" (0/8) nor in the loopback network, and is below the multicast
 * addresses. */
static bool
is_host(in_addr_t ip)
{
	unsigned first = ntohl(ip) >> 24;

	return first != 0 && first != IN_LOOPBACKNET && first < 224;
}

/* Reads "24" or "255.255.255.0" as a number of bits.  Returns false, and leaves
 * *prefix unchanged, if text has neither form, or means 0 bits. */
static bool
parse_mask(const char *text, uint8_t *prefix)
{
	in_addr_t mask;
	unsigned bits;

	if (parse_number(text, PREFIX_BITS, &bits)) {
		if (bits > 0)
			*prefix = bits;
		return bits > 0;
	}
	if (!parse_ip(text, &mask) || mask == 0)
		return false;
	bits = ~ntohl(mask);
	if ((bits & (bits + 1)) != 0)
		return false;
	*prefix = PREFIX_BITS - __builtin_popcount(bits);
	return true;
}

/* Copies the next word at *at to `to`, which has `size` bytes, and moves *at
 * past the word.  Returns false if there is no further word.  If the word is
 * too long, `to` becomes "", which no parser accepts. */
static bool
next_word(const char **at, char *to, size_t size)
{
	size_t len;

	*at += strspn(*at, " ");
	len = strcspn(*at, " ");
	if (len == 0)
		return false;
	to[0] = '\0';
	if (len < size) {
		memcpy(to, *at, len);
		to[len] = '\0';
	}
	*at += len;
	return true;
}

in_addr_t
lease_network(in_addr_t ip, uint8_t prefix)
{
	return prefix == 0 ? 0 : ip & htonl(~0U << (PREFIX_BITS - prefix));
}

static bool
add_route(struct lease *l, struct rtnl_route r)
{
	if (l->nroutes == LEASE_ROUTES)
		return false;
	r.outside = r.via != 0 && lease_network(r.via, l->prefix) !=
				      lease_network(l->address, l->prefix);
	l->routes[l->nroutes++] = r;
	return true;
}

bool
lease_add_gateway(struct lease *l, in_addr_t via)
{
	uint32_t metric = 0;

	for (unsigned i = 0; i < l->nroutes; i++)
		metric += l->routes[i].prefix == 0;
	return add_route(l, (struct rtnl_route){.via = via, .metric = metric});
}

static void
take_gateways(struct lease *l, const char *text)
{
	char word[INET_ADDRSTRLEN];
	in_addr_t ip;

	while (next_word(&text, word, sizeof word))
		if (parse_ip(word, &ip) && is_host(ip))
			lease_add_gateway(l, ip);
}

/* Adds to l the routes in text: "ADDRESS/BITS GATEWAY ADDRESS/BITS GATEWAY ..."
 * (RFC 3442).  The gateway 0.0.0.0 means that the destination is reached
 * through the card directly. */
static void
take_routes(struct lease *l, const char *text)
{
	char to[INET_ADDRSTRLEN + 3], via[INET_ADDRSTRLEN];

	while (next_word(&text, to, sizeof to) &&
	       next_word(&text, via, sizeof via)) {
		struct rtnl_route r = {0};
		char *slash = strchr(to, '/');
		unsigned bits;

		if (slash == NULL)
			continue;
		*slash = '\0';
		if (!parse_ip(to, &r.to) || !parse_ip(via, &r.via) ||
		    !parse_number(slash + 1, PREFIX_BITS, &bits) ||
		    (r.via != 0 && !is_host(r.via)))
			continue;
		r.prefix = bits;
		r.to = lease_network(r.to, r.prefix);
		add_route(l, r);
	}
}

static void
take_dns(struct lease *l, const char *text)
{
	char word[INET_ADDRSTRLEN];
	in_addr_t ip;

	while (next_word(&text, word, sizeof word))
		if (l->ndns < LEASE_DNS && parse_ip(word, &ip) && is_host(ip))
			l->dns[l->ndns++] = ip;
}

static bool
in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

static void
take_name(char *to, size_t size, const char *text)
{
	size_t n = 0;

	for (; *text != '\0' && n < size - 1; text++)
		if (in_name(*text))
			to[n++] = *text;
	to[n] = '\0';
}

/* Returns the value of the first of `words` that is "NAME=VALUE" for this name;
 * "": there is none. */
static const char *
value_of(char *const *words, const char *name)
{
	size_t len = strlen(name);

	for (; *words != NULL; words++)
		if (strncmp(*words, name, len) == 0 && (*words)[len] == '=')
			return *words + len + 1;
	return "";
}

int
lease_read(char *const *words, struct lease *l)
{
	unsigned mtu;

	*l = (struct lease){.prefix = PREFIX_USUAL};
	if (!parse_ip(value_of(words, "ip"), &l->address) ||
	    !is_host(l->address)) {
		errno = EINVAL;
		return -1;
	}
	parse_mask(value_of(words, "mask"), &l->prefix);
	if (!parse_ip(value_of(words, "siaddr"), &l->server) || l->server == 0)
		parse_ip(value_of(words, "serverid"), &l->server);
	if (parse_number(value_of(words, "mtu"), UINT16_MAX, &mtu) &&
	    mtu >= LEASE_MTU_MIN)
		l->mtu = mtu;
	take_routes(l, value_of(words, "staticroutes"));
	/* If the server gives classless routes, its gateways are ignored (RFC
	 * 3442). */
	if (l->nroutes == 0)
		take_gateways(l, value_of(words, "router"));
	take_dns(l, value_of(words, "dns"));
	take_name(l->name, sizeof l->name, value_of(words, "hostname"));
	take_name(l->domain, sizeof l->domain, value_of(words, "domain"));
	return 0;
}

int
lease_parse_address(const char *text, struct lease *l)
{
	const char *slash = strchr(text, '/');
	char ip[INET_ADDRSTRLEN];

	*l = (struct lease){0};
	errno = EINVAL;
	if (slash == NULL || (size_t)(slash - text) >= sizeof ip)
		return -1;
	memcpy(ip, text, slash - text);
	ip[slash - text] = '\0';
	return parse_ip(ip, &l->address) && is_host(l->address) &&
		       parse_mask(slash + 1, &l->prefix)
		   ? 0
		   : -1;
}

static void
write_ip(const char *name, in_addr_t ip, FILE *to)
{
	char text[INET_ADDRSTRLEN] = "";

	if (ip != 0)
		inet_ntop(AF_INET, &ip, text, sizeof text);
	fprintf(to, "%s'%s'\n", name, text);
}

void
lease_write(const struct lease *l, const char *card, FILE *to)
{
	char text[INET_ADDRSTRLEN];

	fprintf(to, "net_device='%s'\n", card);
	write_ip("net_address=", l->address, to);
	fprintf(to, "net_name='%s'\nnet_domain='%s'\nnet_dns='", l->name,
		l->domain);
	for (unsigned i = 0; i < l->ndns; i++)
		fprintf(to, "%s%s", i > 0 ? " " : "",
			inet_ntop(AF_INET, &l->dns[i], text, sizeof text));
	fputs("'\n", to);
	write_ip("net_server=", l->server, to);
}
