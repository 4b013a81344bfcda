/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "authority/lists.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/decimal.h"

static const char *const subjects[] = {WORD_JOBS, WORD_REPAIR};

const char *
lists_name(char to[LISTS_NAME_MAX], const char *subject, uint64_t version)
{
	snprintf(to, LISTS_NAME_MAX, "%s-%" PRIu64, subject, version);
	return to;
}

uint64_t
lists_version(const char *name, const char *subject)
{
	size_t n = strlen(subject);
	char same[LISTS_NAME_MAX];
	uint64_t version;

	if (strncmp(name, subject, n) != 0 || name[n] != '-' ||
	    decimal_parse(name + n + 1, &version) == NULL ||
	    strcmp(lists_name(same, subject, version), name) != 0)
		return 0;
	return version;
}

bool
lists_superseded(const struct words *ws, const char *name, uint64_t size,
		 const struct digest *id)
{
	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
		const struct word *w = words_get(ws, subjects[i]);
		uint64_t version = lists_version(name, subjects[i]);

		if (w != NULL && version >= LISTS_VERSION_MIN &&
		    version < w->version && size <= LISTS_BYTES_MAX &&
		    !digest_equal(&w->id, id))
			return true;
	}
	return false;
}
