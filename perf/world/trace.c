/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "perf/world/trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/log.h"
#include "perf/world/clock.h"
#include "perf/world/machine.h"

#define BEGIN_NS (1000 * SECOND)
#define FNV_PRIME UINT64_C(0x100000001b3)

static uint64_t hash = UINT64_C(0xcbf29ce484222325);
static unsigned broken;
static bool print_all;
static bool draws; /* true: trace_way draws the messages about chunk `drawn` */
static uint32_t drawn;

void
trace_print(bool all)
{
	print_all = all;
}

static void
mix(uint64_t n)
{
	hash = (hash ^ n) * FNV_PRIME;
	hash ^= hash >> 32;
}

static void __attribute__((format(printf, 5, 0)))
say(bool print, bool mixes, const struct machine *m, const char *kind,
    const char *fmt, va_list ap)
{
	char line[1024];
	int64_t us = (event_now_ns() - BEGIN_NS) / US;
	int n =
	    snprintf(line, sizeof line, "%" PRId64 ".%06d %s %s", us / 1000000,
		     (int)(us % 1000000), m != NULL ? m->name : "-", kind);

	vsnprintf(line + n, sizeof line - n, fmt, ap);
	for (const char *p = line; mixes && *p != '\0'; p++)
		mix((uint8_t)*p);
	if (print)
		puts(line);
}

#define SAY(print, mixes, m, kind)                                             \
	do {                                                                   \
		va_list ap_;                                                   \
		va_start(ap_, fmt);                                            \
		say(print, mixes, m, kind, fmt, ap_);                          \
		va_end(ap_);                                                   \
	} while (0)

void
trace(const struct machine *m, const char *fmt, ...)
{
	SAY(print_all, true, m, "");
}

bool
trace_numbers(const struct machine *m, const uint64_t *numbers, unsigned n)
{
	mix(event_now_ns());
	mix(m->number);
	for (unsigned i = 0; i < n; i++)
		mix(numbers[i]);
	return print_all || draws;
}

void
trace_told(const struct machine *m, const char *fmt, ...)
{
	SAY(print_all, false, m, "");
}

void
trace_broken(const struct machine *m, const char *fmt, ...)
{
	broken++;
	SAY(true, true, m, "BROKEN: ");
}

/* --- a chunk's way --- */

#define COLUMN 6 /* characters of a machine's column */

void
trace_way_of(uint32_t chunk)
{
	draws = true;
	drawn = chunk;
}

static void
draw_head(void)
{
	printf("%11s ", "");
	for (uint32_t i = 0; i < world_machines(); i++)
		printf("%-*s", COLUMN, world_machine(i)->name);
	putchar('\n');
}

static void
draw_arrow(uint32_t from, uint32_t to)
{
	uint32_t left = from < to ? from : to, right = from < to ? to : from;

	for (uint32_t i = 0; i < world_machines() * COLUMN; i++) {
		uint32_t at = i / COLUMN;

		if (i == to * COLUMN && from != to)
			putchar(from < to ? '>' : '<');
		else if (i >= left * COLUMN && i <= right * COLUMN)
			putchar(i == from * COLUMN ? '+' : '-');
		else
			putchar(i % COLUMN == 0 && at < world_machines() ? '|'
									 : ' ');
	}
}

void
trace_way(const struct machine *from, const struct machine *to, uint32_t chunk,
	  const char *fmt, ...)
{
	static unsigned lines;
	va_list ap;

	if (!draws || chunk != drawn)
		return;
	if (lines++ % 20 == 0)
		draw_head();
	printf("%11.6f ", (event_now_ns() - BEGIN_NS) / 1e9);
	draw_arrow(from->number, to->number);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

uint64_t
trace_hash(void)
{
	return hash;
}

unsigned
trace_broken_count(void)
{
	return broken;
}

/* --- lib/log.h: lines of the trace --- */

void
log_init(const char *name, bool verbose)
{
}

void
log_error(const char *fmt, ...)
{
	SAY(print_all, true, clock_running(), "error: ");
}

void
log_warn(const char *fmt, ...)
{
	SAY(print_all, true, clock_running(), "warns: ");
}

void
log_info(const char *fmt, ...)
{
	SAY(print_all, true, clock_running(), "says: ");
}

void
log_debug(const char *fmt, ...)
{
}

void
log_fatal(const char *fmt, ...)
{
	SAY(true, true, clock_running(), "BROKEN: fatal: ");
	exit(1);
}
