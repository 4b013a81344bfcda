/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/human.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Writes a number of bytes in the largest suitable unit.  The number has one
 * decimal, unless it is `whole` or more of that unit, or has no fraction. */
static char *
write_bytes(uint64_t bytes, double whole, char to[HUMAN_TEXT])
{
	static const char *const units[] = {"B",   "KiB", "MiB", "GiB",
					    "TiB", "PiB", "EiB"};
	double v = bytes;
	size_t u = 0;

	/* A number from 1023.95 on would be written as 1024.0 of this unit. */
	while (v >= 1023.95 && u < sizeof units / sizeof *units - 1) {
		v /= 1024;
		u++;
	}
	if (v == (uint64_t)v || v >= whole)
		snprintf(to, HUMAN_TEXT, "%.0f %s", v, units[u]);
	else
		snprintf(to, HUMAN_TEXT, "%.1f %s", v, units[u]);
	return to;
}

char *
human_bytes(uint64_t bytes, char to[HUMAN_TEXT])
{
	return write_bytes(bytes, 1024, to);
}

char *
human_bytes_short(uint64_t bytes, char to[HUMAN_TEXT])
{
	return write_bytes(bytes, 99.95, to);
}

char *
human_ago(uint64_t s, char to[HUMAN_TEXT])
{
	if (s < 60)
		snprintf(to, HUMAN_TEXT, "%" PRIu64 " s", s);
	else if (s < 3600)
		snprintf(to, HUMAN_TEXT, "%" PRIu64 " min", s / 60);
	else if (s < 86400)
		snprintf(to, HUMAN_TEXT, "%" PRIu64 " h", s / 3600);
	else
		snprintf(to, HUMAN_TEXT, "%" PRIu64 " d", s / 86400);
	return to;
}

char *
human_seconds(uint64_t s, char to[HUMAN_TEXT])
{
	if (s < 60)
		snprintf(to, HUMAN_TEXT, "%" PRIu64 " s", s);
	else if (s < 3600)
		snprintf(to, HUMAN_TEXT, "%" PRIu64 " min %" PRIu64 " s",
			 s / 60, s % 60);
	else if (s < 86400)
		snprintf(to, HUMAN_TEXT, "%" PRIu64 " h %" PRIu64 " min",
			 s / 3600, s / 60 % 60);
	else
		snprintf(to, HUMAN_TEXT, "%" PRIu64 " d %" PRIu64 " h",
			 s / 86400, s / 3600 % 24);
	return to;
}

char *
human_share(uint64_t part, uint64_t whole, char to[HUMAN_TEXT])
{
	uint64_t thousandths;

	if (part >= whole) {
		strcpy(to, "all");
		return to;
	}
	thousandths = (double)part / whole * 1000;
	snprintf(to, HUMAN_TEXT, "%" PRIu64 ".%" PRIu64 " %%", thousandths / 10,
		 thousandths % 10);
	return to;
}

char *
human_clean(const char *text, char *to, size_t size)
{
	size_t n = 0;

	for (; *text != '\0' && n + 1 < size; text++)
		to[n++] = *text >= ' ' && *text <= '~' ? *text : '?';
	to[n] = '\0';
	return to;
}

char *
human_fit(char *text, size_t width)
{
	size_t len = strlen(text), tail = (width - 2) / 2;

	if (len <= width)
		return text;
	memmove(text + width - tail, text + len - tail, tail + 1);
	text[width - tail - 2] = text[width - tail - 1] = '.';
	return text;
}
