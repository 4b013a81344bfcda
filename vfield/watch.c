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
#include "lib/stdout_flush.h"

#define COLUMNS_MIN 40
#define COLUMNS_MAX 1000

void
watch_arguments(int argc, char **argv)
{
	static const char *const ways[] = {"--watch=", "-w"};

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
			size_t len = strlen(ways[k]);
			char *text;

			/* -wj is two letters, --watch=j a mistake. */
			if (strncmp(argv[i], ways[k], len) != 0 ||
			    (k == 1 && !isdigit((unsigned char)argv[i][len])) ||
			    asprintf(&text, "--interval=%s", argv[i] + len) ==
				-1)
				continue;
			argv[i] = text;
		}
}

/* Over what was there, line by line, so that nothing flickers. */
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
