/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1024

/* The levels of syslog, by which the journal sorts lines (sd-daemon(3)). */
enum level { ERR = 3, WARNING = 4, INFO = 6, DEBUG = 7 };

static const char *program = "vfield";
static bool debug;
static bool journal;

/* Returns true if stderr leads to the journal. $JOURNAL_STREAM has the device
 * and inode of the journal's stream (systemd.exec(5)); stderr may have been
 * redirected since that was set. */
static bool
stderr_is_journal(void)
{
	const char *text = getenv("JOURNAL_STREAM");
	uintmax_t device, inode;
	struct stat st;

	return text != NULL && sscanf(text, "%ju:%ju", &device, &inode) == 2 &&
	       fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device &&
	       st.st_ino == inode;
}

void
log_init(const char *name, bool verbose)
{
	program = name;
	debug = verbose;
	journal = stderr_is_journal();
}

/* Prints a line by one write, so that the lines of several processes do not
 * mix. */
static void __attribute__((format(printf, 2, 0)))
say(enum level level, const char *fmt, va_list ap)
{
	char line[LINE_MAX_BYTES];
	int saved = errno;
	size_t len = 0;
	ssize_t n;

	if (journal)
		len = snprintf(line, sizeof line, "<%d>", level);
	len += snprintf(line + len, sizeof line - len, "%s: ", program);
	if (len >= sizeof line)
		len = sizeof line - 1;
	errno = saved; /* so that %m in fmt prints the caller's error */
	n = vsnprintf(line + len, sizeof line - len, fmt, ap);
	if (n > 0)
		len += n;
	if (len > sizeof line - 2)
		len = sizeof line - 2;
	for (size_t i = 0; i < len; i++)
		if (line[i] == '\n' || line[i] == '\r' || line[i] == '\033')
			line[i] = ' ';
	line[len++] = '\n';
	n = write(STDERR_FILENO, line, len);
	(void)n; /* a failure to write the log can be reported nowhere */
	errno = saved;
}

#define SAY(level)                                                             \
	do {                                                                   \
		va_list ap_;                                                   \
		va_start(ap_, fmt);                                            \
		say(level, fmt, ap_);                                          \
		va_end(ap_);                                                   \
	} while (0)

void
log_error(const char *fmt, ...)
{
	SAY(ERR);
}

void
log_warn(const char *fmt, ...)
{
	SAY(WARNING);
}

void
log_info(const char *fmt, ...)
{
	SAY(INFO);
}

void
log_debug(const char *fmt, ...)
{
	if (debug)
		SAY(DEBUG);
}

void
log_fatal(const char *fmt, ...)
{
	SAY(ERR);
	exit(EXIT_FAILURE);
}
