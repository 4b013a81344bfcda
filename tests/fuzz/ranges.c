/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Reads arbitrary bytes as names of machines, in a room that has a group.  Each
 * name that comes of them may be a machine's, and the set is the same after it
 * was printed and read again. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "site/ranges.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct name_set *
group(void *ctx, const char *name, char why[RANGES_WHY])
{
	return strcmp(name, "*") == 0 || strcmp(name, "g") == 0 ? ctx : NULL;
}

static struct name_set *
room(void)
{
	struct name_set *s = name_set_new();

	assert(s != NULL);
	assert(name_set_add(s, "a1", 2) == 0 && name_set_add(s, "b", 1) == 0);
	return s;
}

static void
check(const struct name_set *s)
{
	struct name_set *again = name_set_new();
	char why[RANGES_WHY], *text = ranges_text(s);
	size_t n = name_set_count(s);

	assert(again != NULL && text != NULL && n <= NAME_SET_MAX);
	for (size_t i = 0; i < n; i++)
		assert(ranges_name_ok(name_set_at(s, i)));
	/* a text longer than a person may type cannot be read again */
	if (n > 0 && strlen(text) < RANGES_TEXT_MAX) {
		assert(ranges_parse(text, NULL, NULL, again, why) == 0);
		assert(name_set_count(again) == n);
		for (size_t i = 0; i < n; i++)
			assert(name_set_find(again, name_set_at(s, i)) != -1);
	}
	name_set_free(again);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy that the sanitizer bounds, so that overruns are seen */
	char *text = malloc(size + 1), why[RANGES_WHY] = "";
	struct name_set *all = room(), *s = name_set_new();

	memcpy(text, data, size);
	text[size] = '\0';
	assert(s != NULL);
	if (ranges_parse(text, group, all, s, why) == 0)
		check(s);
	else
		assert(why[0] != '\0' && memchr(why, 0, sizeof why) != NULL);
	name_set_free(s);
	name_set_free(all);
	free(text);
	return 0;
}
