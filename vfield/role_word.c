/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/role_word.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/cleanup.h"

struct digest
role_word_id(const char *role, const char *host)
{
	AUTO_FREE char *text = NULL;
	int n = asprintf(&text, "vfield role %s host %s", role, host);

	if (n == -1)
		abort();
	return digest_of(text, n);
}
