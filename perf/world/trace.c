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

void
trace_print(bool all)
{
	print_all = all;
}

static void __attribute__((format(printf, 4, 0)))
say(bool print, const struct machine *m, const char *kind, const char *fmt,
    va_list ap)
{
	char line[1024];
	int64_t us = (event_now_ns() - BEGIN_NS) / US;
	int n =
	    snprintf(line, sizeof line, "%" PRId64 ".%06d %s %s", us / 1000000,
		     (int)(us % 1000000), m != NULL ? m->name : "-", kind);

	vsnprintf(line + n, sizeof line - n, fmt, ap);
	for (const char *p = line; *p != '\0'; p++)
		hash = (hash ^ (uint8_t)*p) * FNV_PRIME;
	if (print)
		puts(line);
}

#define SAY(print, m, kind)                                                    \
	do {                                                                   \
		va_list ap_;                                                   \
		va_start(ap_, fmt);                                            \
		say(print, m, kind, fmt, ap_);                                 \
		va_end(ap_);                                                   \
	} while (0)

void
trace(const struct machine *m, const char *fmt, ...)
{
	SAY(print_all, m, "");
}

void
trace_broken(const struct machine *m, const char *fmt, ...)
{
	broken++;
	SAY(true, m, "BROKEN: ");
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
	SAY(print_all, clock_running(), "error: ");
}

void
log_warn(const char *fmt, ...)
{
	SAY(print_all, clock_running(), "warns: ");
}

void
log_info(const char *fmt, ...)
{
	SAY(print_all, clock_running(), "says: ");
}

void
log_debug(const char *fmt, ...)
{
}

void
log_fatal(const char *fmt, ...)
{
	SAY(true, clock_running(), "BROKEN: fatal: ");
	exit(1);
}
