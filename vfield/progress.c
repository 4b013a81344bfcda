/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define BAR 40 /* characters */
#define NONE 101

static unsigned shown = NONE; /* per cent on the terminal */

void
progress_show(uint64_t done, uint64_t size)
{
	static const char marks[] = "########################################";
	unsigned percent = size > 0 ? (double)done / size * 100 : 100;
	int filled = percent * BAR / 100;

	if (percent == shown || !isatty(STDERR_FILENO))
		return;
	shown = percent;
	fprintf(stderr, "\r[%.*s%*s] %3u %% of %" PRIu64 " MiB", filled, marks,
		BAR - filled, "", percent, size >> 20);
	if (done >= size)
		progress_clear();
}

void
progress_clear(void)
{
	if (shown != NONE)
		fputs("\r\033[K", stderr);
	shown = NONE;
}
