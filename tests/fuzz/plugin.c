/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Reads arbitrary bytes as a plugin's file `plugin`, as a template, and as a
 * file to which a block is added.  Names that are accepted must be safe in a
 * path.  A block that is added twice must be in the file once. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "site/plugin.h"
#include "site/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *
value(const void *ctx, const char *name)
{
	assert(strlen(name) <= TEMPLATE_NAME_MAX);
	return name[0] == 'x' ? NULL : name;
}

static void
parse(const char *text, size_t len)
{
	char why[PLUGIN_WHY] = "";
	struct plugin *p = plugin_new("dir", "fuzz", why);

	if (plugin_parse(p, text, len, why) == 0) {
		for (size_t i = 0; i < p->nneeds; i++)
			assert(strchr(p->needs[i], '/') == NULL);
		for (size_t i = 0; i < p->nsettings; i++)
			assert(plugin_key_ok(p->settings[i].key));
		(void)plugin_order(&p, 1, why);
	} else {
		assert(strncmp(why, "dir/plugin:", 11) == 0);
	}
	plugin_free(p);
}

static char *
add_block(const char *text, size_t len, size_t *nto)
{
	char *to = NULL;
	FILE *f = open_memstream(&to, nto);

	template_block(text, len, "me", "body", 4, f);
	fclose(f);
	return to;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size > 0 ? size : 1), *once, *twice;
	char name[TEMPLATE_NAME_MAX + 1], *to = NULL;
	size_t nonce, ntwice, nto;
	unsigned line;
	FILE *f = open_memstream(&to, &nto);

	memcpy(text, data, size);
	parse(text, size);
	(void)template_fill(text, size, value, NULL, f, &line, name);
	fclose(f);
	once = add_block(text, size, &nonce);
	twice = add_block(once, nonce, &ntwice);
	assert(nonce == ntwice && memcmp(once, twice, nonce) == 0);
	free(to);
	free(once);
	free(twice);
	free(text);
	return 0;
}
