/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/progress.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"

#define MB 1000000
#define DRAW_MS 1000

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
progress_begin(struct progress *p, const char *what, uint64_t bytes)
{
	*p = (struct progress){
	    .what = what, .bytes = bytes, .began_ms = now_ms()};
	log_info("%s", what);
}

/* Returns how many bytes the process pid and its children that have ended have
 * read (proc(5), "/proc/pid/io"); 0: unknown. */
static uint64_t
bytes_read(pid_t pid)
{
	char path[64];
	AUTO_FCLOSE FILE *f = NULL;
	uint64_t bytes;

	snprintf(path, sizeof path, "/proc/%d/io", pid);
	f = fopen(path, "re");
	return f != NULL && fscanf(f, "rchar: %" SCNu64, &bytes) == 1 ? bytes
								      : 0;
}

void
progress_text(const struct progress *p, uint64_t done, int64_t ms,
	      char text[PROGRESS_TEXT])
{
	uint64_t rate = ms > 0 ? done * 1000 / ms : 0;

	if (p->bytes == 0 || done == 0 || rate == 0)
		snprintf(text, PROGRESS_TEXT, "%s: %" PRId64 " s", p->what,
			 ms / 1000);
	else if (done >= p->bytes)
		snprintf(text, PROGRESS_TEXT, "%s: all read, %" PRId64 " s",
			 p->what, ms / 1000);
	else
		snprintf(text, PROGRESS_TEXT,
			 "%s: %" PRIu64 " of %" PRIu64 " MB, %.1f MB/s, "
			 "%" PRIu64 " s left",
			 p->what, done / MB, p->bytes / MB, (double)rate / MB,
			 (p->bytes - done) / rate);
}

static void
draw(struct progress *p, pid_t pid)
{
	char text[PROGRESS_TEXT];

	if (!isatty(STDERR_FILENO))
		return;
	progress_text(p, bytes_read(pid), now_ms() - p->began_ms, text);
	fprintf(stderr, "\r\033[K%s", text);
	p->drawn = true;
}

bool
progress_wait(struct progress *p, pid_t pid)
{
	AUTO_CLOSE int fd = syscall(SYS_pidfd_open, pid, 0);
	struct pollfd wait = {.fd = fd, .events = POLLIN};

	if (fd == -1 || poll(&wait, 1, DRAW_MS) > 0)
		return true;
	draw(p, pid);
	return false;
}

void
progress_end(struct progress *p)
{
	if (p != NULL && p->drawn)
		fputs("\r\033[K", stderr);
}
