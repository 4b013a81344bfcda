/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOST_TEXT 256 /* bytes of a host name, with the NUL */

static const uint8_t v4_prefix[12] = {[10] = 0xff, [11] = 0xff};

static bool
is_link(const struct address *a)
{
	return a->ip[0] == 0xfe && (a->ip[1] & 0xc0) == 0x80;
}

bool
address_is_v4(const struct address *a)
{
	return memcmp(a->ip, v4_prefix, sizeof v4_prefix) == 0;
}

static int
parse_port(const char *text, uint16_t *port)
{
	unsigned v = 0;

	for (const char *p = text; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			return -1;
		v = v * 10 + (*p - '0');
		if (v > UINT16_MAX)
			return -1;
	}
	if (v == 0)
		return -1;
	*port = v;
	return 0;
}

/* Splits `text` into host (without brackets) and port.  A text with several
 * colons and no brackets is an IPv6 address without a port.  Returns 0, or -1
 * if `text` is malformed. */
static int
split(const char *text, uint16_t default_port, char host[HOST_TEXT],
      uint16_t *port)
{
	const char *start = text, *end, *after;

	*port = default_port;
	if (*text == '[') {
		start = text + 1;
		end = strchr(start, ']');
		if (end == NULL)
			return -1;
		after = end + 1;
	} else {
		end = strchr(text, ':');
		if (end == NULL || strchr(end + 1, ':') != NULL)
			end = text + strlen(text);
		after = end;
	}
	if (end == start || end - start >= HOST_TEXT)
		return -1;
	memcpy(host, start, end - start);
	host[end - start] = '\0';
	if (*after == '\0')
		return 0;
	return *after == ':' ? parse_port(after + 1, port) : -1;
}

static int
parse_ip(const char *host, bool bracketed, uint8_t ip[16])
{
	struct in_addr v4;

	if (!bracketed && inet_pton(AF_INET, host, &v4) == 1) {
		memcpy(ip, v4_prefix, sizeof v4_prefix);
		memcpy(ip + sizeof v4_prefix, &v4, sizeof v4);
		return 0;
	}
	return inet_pton(AF_INET6, host, ip) == 1 ? 0 : -1;
}

/* Cuts %INTERFACE off the host and sets *scope to the interface's number, 0 if
 * none was named.  Returns 0, or -1 if there is no such interface. */
static int
take_scope(char *host, uint32_t *scope)
{
	char *name = strchr(host, '%'), *end;

	*scope = 0;
	if (name == NULL)
		return 0;
	*name++ = '\0';
	*scope = if_nametoindex(name);
	if (*scope == 0 && *name >= '0' && *name <= '9') {
		*scope = strtoul(name, &end, 10);
		if (*end != '\0')
			*scope = 0;
	}
	return *scope != 0 ? 0 : -1;
}

int
address_parse(const char *text, uint16_t default_port, struct address *a)
{
	char host[HOST_TEXT];
	struct address got;

	if (split(text, default_port, host, &got.port) == -1 ||
	    take_scope(host, &got.scope) == -1 ||
	    parse_ip(host, *text == '[', got.ip) == -1) {
		errno = EINVAL;
		return -1;
	}
	*a = got;
	return 0;
}

int
address_split(const char *text, uint16_t default_port, char *host, size_t size,
	      uint16_t *port)
{
	char whole[HOST_TEXT];

	if (*text == '[' || split(text, default_port, whole, port) == -1 ||
	    strlen(whole) >= size) {
		errno = EINVAL;
		return -1;
	}
	memcpy(host, whole, strlen(whole) + 1);
	return 0;
}

int
address_resolve(const char *text, uint16_t default_port, struct address *a,
		const char **why)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found;
	char host[HOST_TEXT];
	uint16_t port;
	int error;

	if (address_parse(text, default_port, a) == 0)
		return 0;
	*why = "not an address or ADDRESS:PORT";
	if (*text == '[' || split(text, default_port, host, &port) == -1) {
		errno = EINVAL;
		return -1;
	}
	error = getaddrinfo(host, NULL, &hints, &found);
	if (error != 0) {
		*why = gai_strerror(error);
		errno = EINVAL;
		return -1;
	}
	error = address_from_sockaddr(found->ai_addr, found->ai_addrlen, a);
	freeaddrinfo(found);
	a->port = port;
	return error;
}

char *
address_host(const struct address *a, char to[ADDRESS_TEXT])
{
	char name[IF_NAMESIZE];

	if (address_is_v4(a))
		inet_ntop(AF_INET, a->ip + 12, to, ADDRESS_TEXT);
	else
		inet_ntop(AF_INET6, a->ip, to, ADDRESS_TEXT);
	if (a->scope != 0 && if_indextoname(a->scope, name) != NULL)
		snprintf(to + strlen(to), ADDRESS_TEXT - strlen(to), "%%%s",
			 name);
	return to;
}

char *
address_text(const struct address *a, char to[ADDRESS_TEXT])
{
	char host[ADDRESS_TEXT];

	snprintf(to, ADDRESS_TEXT, address_is_v4(a) ? "%.55s:%u" : "[%.55s]:%u",
		 address_host(a, host), a->port);
	return to;
}

socklen_t
address_sockaddr(const struct address *a, struct sockaddr_storage *ss)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)ss;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ss;

	memset(ss, 0, sizeof *ss);
	if (address_is_v4(a)) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(a->port);
		memcpy(&v4->sin_addr, a->ip + 12, 4);
		return sizeof *v4;
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(a->port);
	memcpy(&v6->sin6_addr, a->ip, 16);
	v6->sin6_scope_id = a->scope;
	return sizeof *v6;
}

int
address_from_sockaddr(const struct sockaddr *sa, socklen_t len,
		      struct address *a)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)sa;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)sa;

	if (len >= sizeof *v4 && sa->sa_family == AF_INET) {
		memcpy(a->ip, v4_prefix, sizeof v4_prefix);
		memcpy(a->ip + 12, &v4->sin_addr, 4);
		a->port = ntohs(v4->sin_port);
		a->scope = 0;
		return 0;
	}
	if (len >= sizeof *v6 && sa->sa_family == AF_INET6) {
		memcpy(a->ip, &v6->sin6_addr, 16);
		a->port = ntohs(v6->sin6_port);
		a->scope = is_link(a) ? v6->sin6_scope_id : 0;
		return 0;
	}
	errno = EAFNOSUPPORT;
	return -1;
}

bool
address_equal(const struct address *a, const struct address *b)
{
	return memcmp(a->ip, b->ip, sizeof a->ip) == 0 && a->port == b->port;
}

bool
address_any(const struct address *a)
{
	static const uint8_t zero[16];

	return memcmp(a->ip, zero, 16) == 0 ||
	       (address_is_v4(a) && memcmp(a->ip + 12, zero, 4) == 0);
}

void
address_by_link(struct address *a, const struct address *via)
{
	if (is_link(a))
		a->scope = via->scope;
}

static bool
is_local(const struct address *a)
{
	struct ifaddrs *all, *i;
	bool local = address_is_v4(a) && a->ip[12] == 127;

	if (local || getifaddrs(&all) == -1)
		return local;
	for (i = all; i != NULL && !local; i = i->ifa_next) {
		struct address its = {0};

		if (i->ifa_addr != NULL &&
		    address_from_sockaddr(
			i->ifa_addr, sizeof(struct sockaddr_in6), &its) == 0)
			local = memcmp(its.ip, a->ip, sizeof its.ip) == 0;
	}
	freeifaddrs(all);
	return local;
}

bool
address_is_own(const struct address *a, const struct address *at)
{
	if (a->port != at->port)
		return false;
	return address_any(at) ? is_local(a) : address_equal(a, at);
}
