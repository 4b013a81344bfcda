/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* address: an IPv4 or IPv6 address with a port; converts it from and to text
 * and sockaddr.
 *
 * The text is ADDR, ADDR:PORT, [ADDR6] or [ADDR6]:PORT; an IPv6 address may end
 * in %INTERFACE.  Only address_resolve looks up host names.  It may block for
 * long, so it must only be called at start, or for what a person has just
 * typed.
 */
#ifndef VF_LIB_ADDRESS_H
#define VF_LIB_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* bytes of an address and its port as text, with the NUL */
#define ADDRESS_TEXT 64
#define PORT_NBD 10809
#define PORT_MEMBER 10810

struct address {
	uint8_t ip[16]; /* IPv4 as ::ffff:a.b.c.d */
	uint16_t port;  /* port, in host byte order */
	/* For an address that is valid on one link only (fe80::…): number of
	 * this machine's interface by which the address is reached; 0: none was
	 * named.  Other machines cannot use the number, so it is never sent to
	 * them, and address_equal ignores it. */
	uint32_t scope;
};

/* Parses `text` into *a; default_port is taken if `text` has no port.  Returns
 * 0, or -1 and EINVAL. */
int address_parse(const char *text, uint16_t default_port, struct address *a);
/* Does what address_parse does, and looks up a host name too.  Returns 0; or
 * returns -1, sets errno, and sets *why to a text that says why. */
int address_resolve(const char *text, uint16_t default_port, struct address *a,
		    const char **why);
/* Splits text into a host, which may be a name, and a port.  The host is copied
 * to `host`, a buffer of size bytes; if text has no port, *port becomes
 * default_port.  Returns 0; or -1 and EINVAL, also if the host stands in
 * brackets. */
int address_split(const char *text, uint16_t default_port, char *host,
		  size_t size, uint16_t *port);
/* Writes the address with its port, as "192.0.2.1:10809" or
 * "[2001:db8::1]:10809".  Returns `to`. */
char *address_text(const struct address *a, char to[ADDRESS_TEXT]);
/* Writes the address without port and brackets.  Returns `to`. */
char *address_host(const struct address *a, char to[ADDRESS_TEXT]);

socklen_t address_sockaddr(const struct address *a,
			   struct sockaddr_storage *ss);
int address_from_sockaddr(const struct sockaddr *sa, socklen_t len,
			  struct address *a);
/* Returns true if a is an IPv4 address: then the last four bytes of a->ip are
 * its bytes. */
bool address_is_v4(const struct address *a);
bool address_equal(const struct address *a, const struct address *b);
/* Returns true if a is 0.0.0.0 or ::, whatever its port. */
bool address_any(const struct address *a);
/* If `a` is valid on one link only (fe80::…), sets a->scope to the scope of
 * `via`, the address of the node that has told us of `a`. */
void address_by_link(struct address *a, const struct address *via);
/* Returns true if a connection to `a` would reach the socket of this machine
 * that listens at `at`, which may be 0.0.0.0 or ::. */
bool address_is_own(const struct address *a, const struct address *at);

#endif
