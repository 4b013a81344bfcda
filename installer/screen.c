/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "installer/screen.h"

#include <stdio.h>

#include "lib/log.h"
#include "lib/loop.h"
#include "lib/write_anew.h"

static void
print_text(FILE *to, const void *text)
{
	fprintf(to, "%s\n", (const char *)text);
}

static void
tell(const struct screen *s, const char *text)
{
	if (write_anew(s->state, print_text, text) == -1)
		log_warn("%s: %m", s->state);
	boot_service_tell(s->service, text);
}

static void
tell_working(const struct screen *s)
{
	char text[RUN_LINE], percent[16] = "";

	if (s->percent >= 0)
		snprintf(percent, sizeof percent, " %d%%", s->percent);
	snprintf(text, sizeof text, "%s %zu/%zu %s%s", s->mode, s->number,
		 s->of, s->module, percent);
	tell(s, text);
}

void
screen_begin(struct screen *s, const char *module, size_t number)
{
	s->module = module;
	s->number = number;
	s->percent = -1;
	s->began_ns = clock_now_ns();
	tell_working(s);
	if (s->terminal)
		printf("\r\033[K  %s", module);
	fflush(stdout);
}

void
screen_percent(struct screen *s, int percent)
{
	if (percent == s->percent)
		return;
	s->percent = percent;
	tell_working(s);
	if (s->terminal)
		printf("\r\033[K  %s %d%%", s->module, percent);
	fflush(stdout);
}

static void
line(const struct screen *s, const char *mark, const char *what)
{
	printf("%s%s %s%s\n", s->terminal ? "\r\033[K" : "", mark, s->module,
	       what);
	fflush(stdout);
}

void
screen_done(struct screen *s)
{
	char took[32];

	snprintf(took, sizeof took, " %.1f s",
		 (double)(clock_now_ns() - s->began_ns) / 1e9);
	line(s, "\342\234\223", took);
}

void
screen_was_done(struct screen *s, const char *module, size_t number)
{
	s->module = module;
	s->number = number;
	line(s, "\342\234\223", " (before)");
}

void
screen_failed(struct screen *s, const char *how, const struct run_result *r,
	      const char *log)
{
	unsigned n =
	    r == NULL ? 0 : (r->nlines < RUN_LINES ? r->nlines : RUN_LINES);
	char text[RUN_LINE];

	snprintf(text, sizeof text, "failed %s: %s", s->module, how);
	tell(s, text);
	line(s, "\342\234\227", "");
	for (unsigned i = 0; i < n; i++)
		printf("  | %s\n", r->lines[(r->nlines - n + i) % RUN_LINES]);
	printf("\n%s\nThe log is %s.\n", text, log);
	fflush(stdout);
}

void
screen_end(struct screen *s)
{
	char text[RUN_LINE];

	snprintf(text, sizeof text, "done %s", s->mode);
	tell(s, text);
	printf("%s\n", text);
	fflush(stdout);
}
