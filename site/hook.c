/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "site/hook_child.h"

/* milliseconds between two checks of the limits; arbitrary */
#define TICK_MS 100

struct run {
	const struct hook *h;
	struct hook_result *r;
	pid_t pid;
	int pidfd;
	int out, err; /* read ends of the hook's pipes; -1: closed */
	size_t nsaid;
	uint64_t free_at_start, fill_max; /* bytes */
	int64_t began_ms;
};

const char *
hook_end_word(enum hook_end e)
{
	static const char *const words[HOOK_ENDS] = {
	    [HOOK_OK] = "ok",
	    [HOOK_FAILED] = "failed",
	    [HOOK_NOT_RUN] = "not run",
	    [HOOK_LATE] = "killed: it took too long",
	    [HOOK_FILLED] = "killed: it filled the file system",
	    [HOOK_PRINTED] = "killed: it printed too much",
	};

	return words[e];
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

static uint64_t
free_bytes(const char *root)
{
	struct statvfs st;

	return statvfs(root, &st) == -1 ? 0
					: (uint64_t)st.f_bavail * st.f_frsize;
}

/* Appends to x->r->said as much of `text` as fits there. */
static void
keep_said(struct run *x, const char *text, size_t len)
{
	for (size_t i = 0; i < len && x->nsaid + 1 < HOOK_SAID; i++) {
		char c = text[i];

		x->r->said[x->nsaid++] =
		    c == '\n' || (c >= ' ' && c <= '~') ? c : '?';
	}
	x->r->said[x->nsaid] = '\0';
}

static bool
keep_printed(struct run *x, const char *text, size_t len)
{
	char *more;

	if (x->r->nprinted + len > HOOK_PRINT_MAX)
		return false;
	more = realloc(x->r->printed, x->r->nprinted + len + 1);
	if (more == NULL)
		return false;
	memcpy(more + x->r->nprinted, text, len);
	x->r->printed = more;
	x->r->nprinted += len;
	return true;
}

/* Reads some of the output in a pipe; closes the pipe if it has ended.
 * `print`: the output is kept as `printed`.  Returns false if the hook has
 * printed more than HOOK_PRINT_MAX bytes. */
static bool
read_pipe(struct run *x, int *fd, bool print)
{
	char buf[4096];
	ssize_t got = read(*fd, buf, sizeof buf);

	if (got == -1 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (got <= 0) {
		close(*fd);
		*fd = -1;
		return true;
	}
	if (print)
		return keep_printed(x, buf, got);
	keep_said(x, buf, got);
	return true;
}

/* Returns how the hook breaks a limit now; HOOK_OK: it breaks none. */
static enum hook_end
over_limit(const struct run *x)
{
	uint64_t room;

	if (now_ms() - x->began_ms > x->h->seconds * INT64_C(1000))
		return HOOK_LATE;
	if (x->fill_max == 0)
		return HOOK_OK;
	room = free_bytes(x->h->root);
	return room < x->free_at_start && x->free_at_start - room > x->fill_max
		   ? HOOK_FILLED
		   : HOOK_OK;
}

/* Waits until the hook has ended, and returns HOOK_OK; or until it breaks a
 * limit, and returns which. */
static enum hook_end
watch(struct run *x)
{
	for (;;) {
		struct pollfd p[] = {{.fd = x->pidfd, .events = POLLIN},
				     {.fd = x->out, .events = POLLIN},
				     {.fd = x->err, .events = POLLIN}};
		enum hook_end over = over_limit(x);

		if (over != HOOK_OK)
			return over;
		if (poll(p, 3, TICK_MS) <= 0)
			continue;
		if (p[1].revents != 0 &&
		    !read_pipe(x, &x->out, x->h->keep_stdout))
			return HOOK_PRINTED;
		if (p[2].revents != 0)
			read_pipe(x, &x->err, false);
		/* the pipes of a dead hook may still have text */
		if (p[0].revents != 0 && p[1].revents == 0 && p[2].revents == 0)
			return HOOK_OK;
	}
}

static void
finish(struct run *x, enum hook_end end)
{
	int status = 0;

	if (end != HOOK_OK)
		kill(x->pid, SIGKILL);
	while (waitpid(x->pid, &status, 0) == -1 && errno == EINTR)
		;
	x->r->status = status;
	if (end == HOOK_OK && status != 0)
		end = WIFEXITED(status) &&
			      WEXITSTATUS(status) == HOOK_CHILD_FAILED
			  ? HOOK_NOT_RUN
			  : HOOK_FAILED;
	x->r->end = end;
	x->r->took_ms = now_ms() - x->began_ms;
}

static void
not_run(struct run *x, const char *what)
{
	x->r->end = HOOK_NOT_RUN;
	snprintf(x->r->said, HOOK_SAID, "%s: %s", what, strerror(errno));
}

void
hook_run(const struct hook *h, struct hook_result *r)
{
	struct run x = {.h = h, .r = r, .began_ms = now_ms()};
	int out[2] = {-1, -1}, err[2] = {-1, -1};

	*r = (struct hook_result){0};
	x.free_at_start = free_bytes(h->root);
	x.fill_max = h->fill_max;
	if (x.fill_max > x.free_at_start / HOOK_FILL_SHARE)
		x.fill_max = x.free_at_start / HOOK_FILL_SHARE;
	if (pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0)
		x.pid = hook_child_start(h, out[1], err[1]);
	else
		x.pid = -1;
	if (x.pid == -1)
		not_run(&x, "it could not be started");
	close(out[1]);
	close(err[1]);
	x.out = out[0];
	x.err = err[0];
	if (x.pid != -1) {
		x.pidfd = pidfd_open(x.pid, 0);
		finish(&x, x.pidfd == -1 ? HOOK_NOT_RUN : watch(&x));
		close(x.pidfd);
	}
	close(x.out);
	close(x.err);
}
