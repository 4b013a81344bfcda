/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "nbdkit-plugin/log_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log_limit.h"
#include "lib/write_all.h"

#define LINE_MAX_BYTES 4096
#define LOOK_MS 1000

static void
say(void *ctx, uint64_t unsaid, const char *text)
{
	AUTO_FREE char *line = NULL;
	int n = asprintf(&line, "nbdkit: %" PRIu64 " more such lines: %s\n",
			 unsaid, text);

	if (n != -1)
		(void)write_all(STDERR_FILENO, (uint8_t *)line, n);
}

static void
pass(struct log_limit *l, const char *line, size_t len)
{
	bool debug = memmem(line, len, ": debug: ", 9) != NULL;

	if (debug || log_limit_may(l, line, len - 1))
		(void)write_all(STDERR_FILENO, (const uint8_t *)line, len);
}

/* Writes those complete lines in buf that the limit l lets through, and moves
 * the incomplete line behind them to the beginning of buf.  Returns the length
 * of that line. */
static size_t
pass_lines(struct log_limit *l, char *buf, size_t have)
{
	char *line = buf, *end;

	while ((end = memchr(line, '\n', buf + have - line)) != NULL) {
		pass(l, line, end + 1 - line);
		line = end + 1;
	}
	have -= line - buf;
	memmove(buf, line, have);
	return have;
}

static int64_t
now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

static void __attribute__((noreturn)) filter(int from)
{
	static char buf[LINE_MAX_BYTES + 1];
	struct pollfd p = {.fd = from, .events = POLLIN};
	struct log_limit l = {0};
	size_t have = 0;
	ssize_t n = -1;

	while (n != 0) {
		log_limit_tick(&l, now_s(), say, NULL);
		if (poll(&p, 1, LOOK_MS) != 1)
			continue;
		n = read(from, buf + have, LINE_MAX_BYTES - have);
		have += n > 0 ? n : 0;
		/* Adds a newline to a line that fills the buffer, and to a last
		 * line without one. */
		if (have == LINE_MAX_BYTES || (n == 0 && have > 0))
			buf[have++] = '\n';
		have = pass_lines(&l, buf, have);
	}
	log_limit_tick(&l, now_s() + LOG_LIMIT_S, say, NULL);
	_exit(EXIT_SUCCESS);
}

/* Makes this child process the filter of the lines that it reads from `from`.
 * Closes all other descriptors except stderr. */
static void __attribute__((noreturn)) become_filter(int from)
{
	int fd = fcntl(from, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	if (fd == STDERR_FILENO + 1 || dup2(fd, STDERR_FILENO + 1) != -1)
		fd = STDERR_FILENO + 1;
	close_range(fd + 1, ~0U, 0);
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	prctl(PR_SET_NAME, "vfield-log");
	filter(fd);
}

int
log_filter_start(void)
{
	AUTO_CLOSE int read_end = -1;
	AUTO_CLOSE int write_end = -1;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	read_end = ends[0];
	write_end = ends[1];
	pid = fork();
	if (pid == 0)
		become_filter(read_end);
	if (pid == -1 || dup2(write_end, STDERR_FILENO) == -1)
		return -1;
	return 0;
}
