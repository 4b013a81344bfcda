/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "authority/psk_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/digest.h"

static int
parse(char *line, struct psk *p)
{
	char *colon = strchr(line, ':');
	struct digest d;

	if (colon == NULL || colon - line >= CLUSTER_IDENTITY)
		return -1;
	line[strcspn(line, "\n")] = '\0';
	if (digest_parse(colon + 1, strlen(colon + 1), &d) == -1)
		return -1;
	*colon = '\0';
	memcpy(p->identity, line, colon - line + 1);
	memcpy(p->key.b, d.b, sizeof d.b);
	explicit_bzero(&d, sizeof d);
	return 0;
}

size_t
psk_file_read(const char *path, struct psk to[CLUSTER_KEYS_MAX])
{
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	char line[CLUSTER_IDENTITY + DIGEST_HEX + 2];
	size_t n = 0;
	bool bad = false;

	while (f != NULL && !bad && n < CLUSTER_KEYS_MAX &&
	       fgets(line, sizeof line, f) != NULL)
		bad = parse(line, &to[n++]) == -1;
	explicit_bzero(line, sizeof line);
	return bad ? 0 : n;
}
