/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Reads arbitrary bytes as a hosts file.  If it is accepted, no host name must
 * be a path, each host must have a card and an address of its own, and each
 * value must be in the file.  If it is refused, an error must name a line. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "site/site.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_host(const struct site *s, const struct site_host *h)
{
	assert(ranges_name_ok(h->name));
	assert(site_host(s, h->name) == h);
	assert(h->nvalues <= SITE_VALUES_MAX);
	for (size_t i = 0; i < h->nvalues; i++) {
		assert(h->values[i]->line > 0);
		assert(site_get(h, h->values[i]->key) != NULL);
		assert(strpbrk(h->values[i]->text, "\n\r\1\33") == NULL);
	}
}

static void
check_text(const struct site *s)
{
	struct name_set *again = name_set_new();
	char *text = ranges_text(site_names(s));
	char why[RANGES_WHY];

	assert(text != NULL && again != NULL);
	if (text[0] != '\0' && strlen(text) <= RANGES_TEXT_MAX) {
		assert(site_hosts_of(s, text, again, why) == 0);
		assert(name_set_count(again) == name_set_count(site_names(s)));
	}
	free(text);
	name_set_free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of the input, beyond which the sanitizer sees reads */
	char *text = malloc(size > 0 ? size : 1);
	struct site_errors e = {0};
	struct site *s;

	memcpy(text, data, size);
	s = site_read(text, size, NULL, &e);
	assert((s == NULL) == (e.n > 0));
	if (s != NULL) {
		for (size_t i = 0; i < name_set_count(site_names(s)); i++)
			check_host(s, site_host_at(s, i));
		check_text(s);
	}
	site_free(s);
	free(text);
	return 0;
}
