/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/watch.h"

#include <ctype.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/decimal.h"
#include "lib/stdout_flush.h"

#define COLUMNS_MIN 40
#define COLUMNS_MAX 1000

static bool
is_seconds(const char *text)
{
	uint64_t v;
	const char *end = decimal_parse(text, &v);

	return end != NULL && *end == '\0' && v > 0 && v <= WATCH_LONGEST;
}

static void
take_seconds(const char *program, char **arg, const char *seconds)
{
	char *text;

	if (!is_seconds(seconds)) {
		fprintf(stderr,
			"%s: %s: should be a number of seconds from 1 to %d\n"
			"Try '%s --help'.\n",
			program, *arg, WATCH_LONGEST, program);
		exit(2);
	}
	if (asprintf(&text, "--interval=%s", seconds) != -1)
		*arg = text;
}

void
watch_arguments(const char *program, int argc, char **argv)
{
	static char interval[] = "--interval";

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		bool short_way = strncmp(argv[i], "-w", 2) == 0;

		if (strncmp(argv[i], "--watch=", 8) == 0)
			take_seconds(program, &argv[i], argv[i] + 8);
		else if (short_way && isdigit((unsigned char)argv[i][2]))
			/* -w5, but -wj is two letters. */
			take_seconds(program, &argv[i], argv[i] + 2);
		else if ((strcmp(argv[i], "-w") == 0 ||
			  strcmp(argv[i], "--watch") == 0) &&
			 i + 1 < argc && is_seconds(argv[i + 1]))
			argv[i++] = interval;
	}
}

/* Prints over what was there, line by line, so that nothing flickers. */
static void
put_over(const char *text)
{
	fputs("\033[H", stdout);
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			fputs("\033[K", stdout);
		putchar(*text);
	}
	fputs("\033[J", stdout);
}

static int
show_once(const struct watch *w, bool over, int (*show)(FILE *, void *),
	  void *ctx)
{
	AUTO_FREE char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);
	int result;

	if (to == NULL)
		return -1;
	result = show(to, ctx);
	if (fclose(to) == EOF)
		return -1;
	if (over)
		put_over(text);
	else
		fputs(text, stdout);
	return stdout_flush(w->who) == 0 ? result : -1;
}

int
watch_run(const struct watch *w, int (*show)(FILE *to, void *ctx), void *ctx)
{
	bool on = w->on || w->interval > 0;
	bool over = on && !w->keep && isatty(STDOUT_FILENO);
	struct timespec pause = {.tv_sec = WATCH_INTERVAL};

	if (w->interval > 0)
		pause.tv_sec =
		    w->interval < WATCH_LONGEST ? w->interval : WATCH_LONGEST;
	if (!on)
		return show_once(w, false, show, ctx);
	if (over)
		fputs("\033[2J", stdout);
	if (show_once(w, over, show, ctx) == -1)
		return -1;
	for (;;) {
		nanosleep(&pause, NULL);
		show_once(w, over, show, ctx);
		if (ferror(stdout))
			return -1;
	}
}

unsigned
watch_columns(void)
{
	const char *text = getenv("COLUMNS");
	struct winsize size;
	unsigned long columns = 0;

	if (text != NULL)
		columns = strtoul(text, NULL, 10);
	if (columns == 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		columns = size.ws_col;
	if (columns == 0)
		columns = 80;
	if (columns < COLUMNS_MIN)
		return COLUMNS_MIN;
	return columns < COLUMNS_MAX ? columns : COLUMNS_MAX;
}

bool
watch_utf8(void)
{
	setlocale(LC_CTYPE, "");
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
