/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "installer/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/loop.h"

/* descriptor on which a module reports how far it is */
#define PROGRESS_FD 3
/* Milliseconds for which output is still read after a module has ended.
 * Reading must end, since a process that the module has left behind may keep
 * the pipe open for ever. */
#define LAST_WORDS_MS 200

/* A pipe from the module, and the bytes of its present line. */
struct words {
	struct loop_source source;
	struct running *of;
	void (*line)(struct running *r, const char *line);
	char begun[RUN_LINE];
	size_t n;
};

struct running {
	struct loop *loop;
	struct words out, progress;
	struct loop_timer limit, grace;
	int64_t limit_ns;
	pid_t pid;
	bool ended;
	FILE *log;
	const struct run_ops *ops;
	void *ctx;
	struct run_result *result;
};

static void
out_line(struct running *r, const char *line)
{
	struct run_result *to = r->result;

	strcpy(to->lines[to->nlines++ % RUN_LINES], line);
}

static void
progress_line(struct running *r, const char *line)
{
	char *end;
	long percent = strtol(line, &end, 10);

	if (end != line && percent >= 0 && percent <= 100)
		r->ops->progress(r->ctx, (int)percent);
}

/* Splits the bytes into lines, and passes each to w->line.  A control character
 * becomes a blank, so that it reaches no terminal; a carriage return ends a
 * line, since programs that draw a bar use it. */
static void
take(struct words *w, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (b[i] == '\n' || b[i] == '\r') {
			w->begun[w->n] = '\0';
			if (w->n > 0)
				w->line(w->of, w->begun);
			w->n = 0;
		} else if (w->n < RUN_LINE - 1) {
			w->begun[w->n++] =
			    (unsigned char)b[i] < ' ' || b[i] == 0x7f ? ' '
								      : b[i];
		}
	}
}

static void
still_alive(struct running *r)
{
	if (!r->result->too_late && !r->result->interrupted && !r->ended)
		loop_timer_set(r->loop, &r->limit,
			       loop_now_ns(r->loop) + r->limit_ns);
}

static void
over(struct running *r)
{
	if (r->ended && !r->out.source.added)
		loop_stop(r->loop);
}

static void
readable(void *ctx, uint32_t events)
{
	struct words *w = ctx;
	char b[4096];
	ssize_t n = read(w->source.fd, b, sizeof b);

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		take(w, "\n", 1);
		loop_remove(w->of->loop, &w->source);
		over(w->of);
		return;
	}
	if (w == &w->of->out)
		fwrite(b, 1, (size_t)n, w->of->log);
	take(w, b, (size_t)n);
	still_alive(w->of);
}

static void
end_group(struct running *r)
{
	kill(-r->pid, SIGTERM);
	kill(-r->pid, SIGCONT);
	loop_timer_set(r->loop, &r->grace,
		       loop_now_ns(r->loop) + RUN_GRACE_MS * NS_PER_MS);
}

static void
limit_over(void *ctx)
{
	struct running *r = ctx;

	r->result->too_late = true;
	end_group(r);
}

static void
grace_over(void *ctx)
{
	struct running *r = ctx;

	if (r->ended)
		loop_stop(r->loop);
	else
		kill(-r->pid, SIGKILL);
}

static void
got_signal(void *ctx, int signo)
{
	struct running *r = ctx;

	if (signo != SIGCHLD) {
		r->result->interrupted = true;
		loop_timer_cancel(r->loop, &r->limit);
		end_group(r);
	} else if (waitpid(r->pid, &r->result->status, WNOHANG) == r->pid) {
		r->ended = true;
		loop_timer_cancel(r->loop, &r->limit);
		loop_timer_set(r->loop, &r->grace,
			       loop_now_ns(r->loop) +
				   LAST_WORDS_MS * NS_PER_MS);
		over(r);
	}
}

static void
be_module(const char *path, int out, int progress)
{
	int null = open("/dev/null", O_RDONLY);
	sigset_t none;

	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* `out` and `progress` are above 3 (PIPES_FROM) */
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	dup2(progress, PROGRESS_FD);
	execl(path, path, (char *)NULL);
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	_exit(127);
}

/* The lowest descriptor of a pipe here: lower numbers may be those that a
 * module uses. */
#define PIPES_FROM 10

static int
make_pipe(int fds[2])
{
	int low[2];

	if (pipe2(low, O_CLOEXEC) == -1)
		return -1;
	for (int i = 0; i < 2; i++) {
		fds[i] = fcntl(low[i], F_DUPFD_CLOEXEC, PIPES_FROM);
		close(low[i]);
	}
	return fds[0] != -1 && fds[1] != -1 ? 0 : -1;
}

static int
start(struct running *r, const char *path, int out[2], int progress[2])
{
	if (make_pipe(out) == -1 || make_pipe(progress) == -1)
		return -1;
	fflush(NULL);
	r->pid = fork();
	if (r->pid == 0)
		be_module(path, out[1], progress[1]);
	if (r->pid == -1)
		return -1;
	setpgid(r->pid, r->pid);
	r->out.source.fd = out[0];
	r->progress.source.fd = progress[0];
	return loop_add(r->loop, &r->out.source) == -1 ||
		       loop_add(r->loop, &r->progress.source) == -1
		   ? -1
		   : 0;
}

static int
run(struct running *r, const char *path)
{
	int out[2] = {-1, -1}, progress[2] = {-1, -1}, ret;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	ret = loop_signals(r->loop, &set, got_signal, r);
	if (ret == 0)
		ret = start(r, path, out, progress);
	close(out[1]);
	close(progress[1]);
	if (ret == 0) {
		loop_timer_set(r->loop, &r->limit,
			       clock_now_ns() + r->limit_ns);
		ret = loop_run(r->loop);
	}
	close(out[0]);
	close(progress[0]);
	return ret;
}

int
run_module(const char *path, FILE *log, int limit_s, const struct run_ops *ops,
	   void *ctx, struct run_result *result)
{
	struct running r = {
	    .loop = loop_new(),
	    .log = log,
	    .ops = ops,
	    .ctx = ctx,
	    .result = result,
	    .limit_ns = limit_s * 1000 * NS_PER_MS,
	};

	*result = (struct run_result){.status = -1};
	r.out = (struct words){.of = &r, .line = out_line};
	r.out.source = (struct loop_source){
	    .events = EPOLLIN, .ready = readable, .ctx = &r.out};
	r.progress = (struct words){.of = &r, .line = progress_line};
	r.progress.source = (struct loop_source){
	    .events = EPOLLIN, .ready = readable, .ctx = &r.progress};
	r.limit = (struct loop_timer){.fire = limit_over, .ctx = &r};
	r.grace = (struct loop_timer){.fire = grace_over, .ctx = &r};
	if (r.loop == NULL || run(&r, path) == -1)
		snprintf(result->lines[result->nlines++ % RUN_LINES], RUN_LINE,
			 "%s: %s", path, strerror(errno));
	loop_free(r.loop);
	fflush(log);
	return result->status == 0 && !result->interrupted ? 0 : -1;
}

const char *
run_how(const struct run_result *r, int limit_s, char text[64])
{
	if (r->too_late)
		snprintf(text, 64, "nothing said for %d s", limit_s);
	else if (r->interrupted)
		snprintf(text, 64, "interrupted");
	else if (WIFSIGNALED(r->status))
		snprintf(text, 64, "signal %d", WTERMSIG(r->status));
	else
		snprintf(text, 64, "exit %d", WEXITSTATUS(r->status));
	return text;
}
