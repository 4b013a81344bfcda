/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Reads a lease from arbitrary values, as from a DHCP server; the input has the
 * values, separated by NULs.  If a lease is accepted, a shell that reads it as
 * it is written must find nothing but values in it. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "initramfs/lease.h"

#define WORDS 32
#define OUT_BYTES 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct lease *l)
{
	char out[OUT_BYTES] = "";
	FILE *to = fmemopen(out, sizeof out - 1, "w");
	int quotes = 0;

	assert(l->address != 0 && l->prefix > 0 && l->prefix <= 32);
	assert(l->nroutes <= LEASE_ROUTES && l->ndns <= LEASE_DNS);
	assert(l->mtu == 0 || l->mtu >= LEASE_MTU_MIN);
	for (unsigned i = 0; i < l->nroutes; i++)
		assert(l->routes[i].prefix <= 32);
	if (to == NULL)
		return;
	lease_write(l, "eth0", to);
	fclose(to);
	for (const char *p = out; *p != '\0'; p++)
		quotes += *p == '\'';
	/* there are six values in quotes, and no value contains a quote */
	assert(quotes == 12);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *words[WORDS + 1] = {0};
	char *copy = malloc(size + 1);
	struct lease l;
	size_t n = 0;

	if (copy == NULL)
		return 0;
	memcpy(copy, data, size);
	copy[size] = '\0';
	for (char *p = copy; p <= copy + size && n < WORDS; p += strlen(p) + 1)
		words[n++] = p;
	if (lease_read(words, &l) == 0)
		check(&l);
	if (lease_parse_address(copy, &l) == 0)
		check(&l);
	free(copy);
	return 0;
}
