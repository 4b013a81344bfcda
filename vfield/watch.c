/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/watch.h"

#include <ctype.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/decimal.h"
#include "lib/loop.h"
#include "lib/stdout_flush.h"
#include "vfield/fold.h"

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
			/* -w5 means --watch=5, but -wj means -w -j. */
			take_seconds(program, &argv[i], argv[i] + 2);
		else if ((strcmp(argv[i], "-w") == 0 ||
			  strcmp(argv[i], "--watch") == 0) &&
			 i + 1 < argc && is_seconds(argv[i + 1]))
			argv[i++] = interval;
	}
}

/* Number of the signal that has come and will end the program, after the
 * terminal has got its old settings again; 0: none has come. */
static volatile sig_atomic_t stopped;

static void
stop(int signo)
{
	stopped = signo;
}

/* Makes the terminal deliver keys as they are typed, without showing them, and
 * saves its old settings in `was`.  Returns false if stdin is not this
 * program's terminal. */
static bool
keys_on(struct termios *was)
{
	struct sigaction stops = {.sa_handler = stop};
	struct termios raw;

	if (tcgetpgrp(STDIN_FILENO) != getpgrp() ||
	    tcgetattr(STDIN_FILENO, was) == -1)
		return false;
	sigaction(SIGINT, &stops, NULL);
	sigaction(SIGTERM, &stops, NULL);
	sigaction(SIGHUP, &stops, NULL);
	raw = *was;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	return tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

static void
keys_off(const struct termios *was)
{
	tcsetattr(STDIN_FILENO, TCSANOW, was);
	if (stopped == 0)
		return;
	signal(stopped, SIG_DFL);
	raise(stopped);
}

/* Waits for `seconds`, or until the key q or a signal comes.  Returns true if
 * the key or a signal has come. */
static bool
pause_or_quit(bool keys, int seconds)
{
	struct pollfd in = {.fd = keys ? STDIN_FILENO : -1, .events = POLLIN};
	int64_t until_ns = clock_now_ns() + seconds * 1000 * NS_PER_MS;
	int64_t left_ms;
	char key;

	while (stopped == 0 &&
	       (left_ms = (until_ns - clock_now_ns()) / NS_PER_MS) > 0) {
		if (poll(&in, 1, left_ms) <= 0)
			continue;
		if (read(STDIN_FILENO, &key, 1) != 1)
			in.fd = -1;
		else if (key == 'q' || key == 'Q')
			return true;
	}
	return stopped != 0;
}

static unsigned
terminal_rows(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == -1)
		return 0;
	return size.ws_row;
}

static void
put(const struct watch *w, const char *text, bool over)
{
	unsigned columns = w->raw ? 0 : watch_columns_said();

	if (columns == 0) {
		fputs(text, stdout);
		return;
	}
	/* The text is written over the old one, row by row, so that nothing
	 * flickers; the cursor rests in the screen's last row. */
	if (over)
		fputs("\033[H", stdout);
	fold_write(stdout, text, columns,
		   over && terminal_rows() > 1 ? terminal_rows() - 1 : 0,
		   over ? "\033[K" : "");
	if (over)
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
	put(w, text, over);
	return stdout_flush(w->who) == 0 ? result : -1;
}

static int
watch_on(const struct watch *w, int (*show)(FILE *to, void *ctx), void *ctx)
{
	bool over = !w->raw && isatty(STDOUT_FILENO), keys;
	int seconds = WATCH_INTERVAL, result;
	struct termios was;

	if (w->interval > 0)
		seconds =
		    w->interval < WATCH_LONGEST ? w->interval : WATCH_LONGEST;
	keys = over && keys_on(&was);
	if (over)
		fputs("\033[2J", stdout);
	result = show_once(w, over, show, ctx);
	while (result == 0 && !pause_or_quit(keys, seconds)) {
		show_once(w, over, show, ctx);
		if (ferror(stdout))
			result = -1;
	}
	if (keys)
		keys_off(&was);
	return result;
}

int
watch_run(const struct watch *w, int (*show)(FILE *to, void *ctx), void *ctx)
{
	if (w->on || w->interval > 0)
		return watch_on(w, show, ctx);
	return show_once(w, false, show, ctx);
}

unsigned
watch_columns_said(void)
{
	const char *text = getenv("COLUMNS");
	struct winsize size;
	unsigned long columns = 0;

	if (text != NULL)
		columns = strtoul(text, NULL, 10);
	if (columns == 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		columns = size.ws_col;
	if (columns == 0)
		return 0;
	if (columns < COLUMNS_MIN)
		return COLUMNS_MIN;
	return columns < COLUMNS_MAX ? columns : COLUMNS_MAX;
}

unsigned
watch_columns(void)
{
	unsigned columns = watch_columns_said();

	return columns > 0 ? columns : 80;
}

bool
watch_utf8(void)
{
	setlocale(LC_CTYPE, "");
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
