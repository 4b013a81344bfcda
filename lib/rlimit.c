/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/rlimit.h"

#include <sys/resource.h>

void
rlimit_raise(int resource)
{
	struct rlimit l;

	if (getrlimit(resource, &l) == -1)
		return;
	l.rlim_cur = l.rlim_max;
	(void)setrlimit(resource, &l);
}
