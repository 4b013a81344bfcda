/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* address: an IPv4 or IPv6 address and port, as typed and as a sockaddr.
 *
 * Text is ADDR, ADDR:PORT, [ADDR6] or [ADDR6]:PORT; ADDR6 may be followed by
 * %INTERFACE.  Host names are looked
 * up only by address_resolve, which blocks: for what a person typed.
 */
#ifndef VF_LIB_ADDRESS_H
#define VF_LIB_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define ADDRESS_TEXT 64 /* bytes, with the NUL */
#define PORT_NBD 10809
#define PORT_MEMBER 10810

struct address {
	uint8_t ip[16]; /* IPv4 as ::ffff:a.b.c.d */
	uint16_t port;  /* host order */
	/* Number of the interface, for an IPv6 address of one link (fe80::…);
	 * 0: none was named.  It means something on this machine alone, so it
	 * is on no wire, and two addresses are equal without it. */
	uint32_t scope;
};

/* Parses an address, with default_port where no port is named; -1, EINVAL. */
int address_parse(const char *text, uint16_t default_port, struct address *a);
/* Parses as address_parse, and looks up host names; on failure *why is what
 * getaddrinfo said. */
int address_resolve(const char *text, uint16_t default_port, struct address *a,
		    const char **why);
/* The host and the port of such a text, which may be a name; -1, EINVAL. */
int address_split(const char *text, uint16_t default_port, char *host,
		  size_t size, uint16_t *port);
/* Text with the port: "192.0.2.1:10809", "[2001:db8::1]:10809".  Returns to. */
char *address_text(const struct address *a, char to[ADDRESS_TEXT]);
/* Text without the port and brackets. */
char *address_host(const struct address *a, char to[ADDRESS_TEXT]);

socklen_t address_sockaddr(const struct address *a,
			   struct sockaddr_storage *ss);
int address_from_sockaddr(const struct sockaddr *sa, socklen_t len,
			  struct address *a);
/* An IPv4 address: its four bytes are the last ones of ip. */
bool address_is_v4(const struct address *a);
bool address_equal(const struct address *a, const struct address *b);
/* Whether the address is 0.0.0.0 or :: */
bool address_any(const struct address *a);
/* An address of one link (fe80::…) is reached by the interface by which `via',
 * who told of it, is. */
void address_by_link(struct address *a, const struct address *via);
/* The address leads to who listens at `at` on this machine. */
bool address_is_own(const struct address *a, const struct address *at);

#endif
