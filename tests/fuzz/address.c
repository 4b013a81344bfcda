/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Reads arbitrary bytes as an address, and as a host with its port.  An address
 * that is accepted is the same after it was printed and read again, and as a
 * sockaddr. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct address *a)
{
	struct sockaddr_storage ss;
	struct address b;
	char text[ADDRESS_TEXT];
	socklen_t len;

	assert(strlen(address_text(a, text)) < ADDRESS_TEXT);
	assert(address_parse(text, 1, &b) == 0);
	assert(address_equal(a, &b));
	len = address_sockaddr(a, &ss);
	assert(len <= sizeof ss);
	assert(address_from_sockaddr((struct sockaddr *)&ss, len, &b) == 0);
	assert(address_equal(a, &b));
	assert(strlen(address_host(a, text)) < ADDRESS_TEXT);
	assert(address_is_own(a, a) || address_any(a));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy that the sanitizer bounds, so that overruns are seen */
	char *text = malloc(size + 1), host[20];
	struct address a;
	uint16_t port;

	memcpy(text, data, size);
	text[size] = '\0';
	if (address_parse(text, PORT_NBD, &a) == 0)
		check(&a);
	if (address_split(text, PORT_NBD, host, sizeof host, &port) == 0)
		assert(strlen(host) < sizeof host && strlen(host) <= size);
	free(text);
	return 0;
}
