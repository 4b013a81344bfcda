/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/loop.h"
#include "vfield/human.h"

#define BAR 24 /* characters of the bar */
#define DRAW_NS (200 * NS_PER_MS)

/* when the bar was first drawn, and when last; 0: no bar is shown */
static int64_t began_ns, drawn_ns;

/* Writes a text like "[####    ] 42 %, 229.1 MiB/s, 3 min left". */
void
progress_text(uint64_t done, uint64_t size, int64_t ns, char to[PROGRESS_TEXT])
{
	static const char marks[] = "########################";
	double part = size > 0 ? (double)done / size : 1;
	double rate = ns > 0 ? done * 1e9 / ns : 0;
	char fast[HUMAN_TEXT], left[HUMAN_TEXT];
	int filled = part * BAR;

	if (rate < 1)
		snprintf(to, PROGRESS_TEXT, "[%.*s%*s] %3.0f %%", filled, marks,
			 BAR - filled, "", part * 100);
	else
		snprintf(to, PROGRESS_TEXT, "[%.*s%*s] %3.0f %%, %s/s, %s left",
			 filled, marks, BAR - filled, "", part * 100,
			 human_bytes(rate, fast),
			 human_ago((size - done) / rate, left));
}

void
progress_show(uint64_t done, uint64_t size)
{
	int64_t now = clock_now_ns();
	char text[PROGRESS_TEXT];

	if (!isatty(STDERR_FILENO))
		return;
	if (began_ns == 0)
		began_ns = now;
	if (done >= size) {
		progress_clear();
		return;
	}
	if (now - drawn_ns < DRAW_NS)
		return;
	drawn_ns = now;
	progress_text(done, size, now - began_ns, text);
	fprintf(stderr, "\r\033[K%s", text);
}

void
progress_clear(void)
{
	if (drawn_ns != 0)
		fputs("\r\033[K", stderr);
	began_ns = drawn_ns = 0;
}
