/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/copy_node.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/child.h"
#include "lib/log.h"
#include "vfield/control.h"
#include "vfield/human.h"

/* Exit status of ssh when the connection fails (ssh(1), EXIT STATUS); other
 * remote shells do the same by convention. */
#define STATUS_NO_CONNECTION 255
#define STATUS_NO_COMMAND 127

static void
become(struct copy_node *n, enum copy_state state)
{
	n->state = state;
	n->ended_ns = clock_now_ns();
	n->ops->changed(n->ops->ctx, n);
}

/* --- events from the machine --- */

static void
on_end(struct copy_node *n, struct json_object *o)
{
	struct json_object *seconds;

	n->done = control_number(o, "bytes");
	if (!control_bool(o, "verified") || n->done != n->bytes) {
		snprintf(n->why, sizeof n->why,
			 "it has written another number of bytes");
		become(n, COPY_FAILED);
		return;
	}
	if (json_object_object_get_ex(o, "seconds", &seconds))
		n->seconds = json_object_get_double(seconds);
	become(n, COPY_DONE);
}

static void
on_event(struct copy_node *n, struct json_object *o)
{
	const char *event = control_string(o, "event");
	uint64_t done = control_number(o, "done");

	if (*event == '\0' || n->state == COPY_DONE || n->state == COPY_FAILED)
		return;
	n->heard_ns = clock_now_ns();
	if (strcmp(event, "end") == 0) {
		on_end(n, o);
	} else if (strcmp(event, "error") == 0) {
		human_clean(control_string(o, "why"), n->why, sizeof n->why);
		become(n, COPY_FAILED);
	} else {
		if (done <= n->bytes)
			n->done = done;
		if (n->state != COPY_RUNNING)
			become(n, COPY_RUNNING);
		n->why[0] = '\0';
	}
}

static void
on_out_line(struct copy_node *n, const char *line)
{
	struct json_object *o = json_tokener_parse(line);

	if (json_object_is_type(o, json_type_object))
		on_event(n, o);
	json_object_put(o);
}

static void
on_err_line(struct copy_node *n, const char *line)
{
	if (*line != '\0')
		human_clean(line, n->said, sizeof n->said);
}

/* --- the process on this machine --- */

static void
lines_close(struct copy_node *n, struct copy_lines *l)
{
	if (l->source.fd == -1)
		return;
	loop_remove(n->loop, &l->source);
	close(l->source.fd);
	l->source.fd = -1;
	l->have = 0;
	l->skipped = false;
}

/* Passes each whole line in l to `take`, and keeps the rest. */
static void
lines_cut(struct copy_node *n, struct copy_lines *l,
	  void (*take)(struct copy_node *n, const char *line))
{
	char *begin = l->text, *end;

	while ((end = memchr(begin, '\n', l->text + l->have - begin)) != NULL) {
		*end = '\0';
		if (!l->skipped)
			take(n, begin);
		l->skipped = false;
		begin = end + 1;
	}
	l->have -= begin - l->text;
	memmove(l->text, begin, l->have);
	if (l->have == sizeof l->text) {
		l->skipped = true;
		l->have = 0;
	}
}

/* Reads as many bytes from the pipe as there are and fit into l, and passes
 * whole lines to `take`.  Returns 1: bytes came; 0: the pipe has ended; -1: it
 * has no bytes now. */
static int
lines_read(struct copy_node *n, struct copy_lines *l,
	   void (*take)(struct copy_node *n, const char *line))
{
	ssize_t got =
	    read(l->source.fd, l->text + l->have, sizeof l->text - l->have);

	if (got > 0) {
		l->have += got;
		lines_cut(n, l, take);
	}
	if (got == -1 && errno != EAGAIN && errno != EINTR)
		got = 0;
	return got > 0 ? 1 : got;
}

static void
on_out(void *ctx, uint32_t events)
{
	struct copy_node *n = ctx;

	if (lines_read(n, &n->out, on_out_line) == 0)
		lines_close(n, &n->out);
}

static void
on_err(void *ctx, uint32_t events)
{
	struct copy_node *n = ctx;

	if (lines_read(n, &n->err, on_err_line) == 0)
		lines_close(n, &n->err);
}

void
copy_node_init(struct copy_node *n, struct loop *l, const char *name,
	       const char *host, uint64_t bytes,
	       const struct copy_node_ops *ops)
{
	memset(n, 0, sizeof *n);
	n->name = name;
	n->host = host;
	n->ops = ops;
	n->loop = l;
	n->bytes = bytes;
	n->to = n->out.source.fd = n->err.source.fd = -1;
	n->out.source.ready = on_out;
	n->err.source.ready = on_err;
	n->out.source.ctx = n->err.source.ctx = n;
	n->out.source.events = n->err.source.events = EPOLLIN;
}

/* Runs in the child: executes args, with the pipes as standard input, output
 * and error.  Does not return. */
static void __attribute__((noreturn))
run(char *const args[], const int pipes[3][2])
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setpgid(0, 0); /* Ctrl-C must reach `vfield copy` alone */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (dup2(pipes[0][0], STDIN_FILENO) != -1 &&
	    dup2(pipes[1][1], STDOUT_FILENO) != -1 &&
	    dup2(pipes[2][1], STDERR_FILENO) != -1)
		execvp(args[0], args);
	dprintf(STDERR_FILENO, "%s: %s\n", args[0], strerror(errno));
	_exit(STATUS_NO_COMMAND);
}

static void
close_pipes(int pipes[3][2])
{
	for (int i = 0; i < 3; i++)
		for (int side = 0; side < 2; side++)
			if (pipes[i][side] != -1)
				close(pipes[i][side]);
}

/* Makes pipes for standard input, output and error.  The ends that this process
 * uses do not block.  Returns 0, or -1 and errno. */
static int
make_pipes(int pipes[3][2])
{
	memset(pipes, -1, sizeof(int[3][2]));
	for (int i = 0; i < 3; i++)
		if (pipe2(pipes[i], O_CLOEXEC) == -1)
			return -1;
	for (int i = 0; i < 3; i++)
		if (fcntl(pipes[i][i == 0], F_SETFL, O_NONBLOCK) == -1)
			return -1;
	return 0;
}

static int
watch(struct copy_node *n, struct copy_lines *l, int *fd)
{
	l->source.fd = *fd;
	*fd = -1;
	return loop_add(n->loop, &l->source);
}

static int
spawn(struct copy_node *n, char *const args[])
{
	int pipes[3][2], saved;

	if (make_pipes(pipes) == 0)
		n->pid = fork();
	else
		n->pid = -1;
	if (n->pid == 0)
		run(args, (const int(*)[2])pipes);
	saved = errno;
	if (n->pid > 0) {
		n->to = pipes[0][1];
		pipes[0][1] = -1;
		if (watch(n, &n->out, &pipes[1][0]) == -1 ||
		    watch(n, &n->err, &pipes[2][0]) == -1)
			kill(n->pid, SIGKILL);
	}
	close_pipes(pipes);
	errno = saved;
	return n->pid > 0 ? 0 : -1;
}

void
copy_node_start(struct copy_node *n, char *const args[])
{
	n->starts++;
	n->done = 0;
	n->said[0] = '\0';
	n->began_ns = n->heard_ns = clock_now_ns();
	if (spawn(n, args) == 0) {
		n->state = COPY_STARTING;
		return;
	}
	n->pid = 0;
	snprintf(n->why, sizeof n->why, "cannot start %s: %s", args[0],
		 strerror(errno));
	become(n, COPY_LOST);
}

/* Reads what is left in the pipes of a process that has ended, and closes them.
 */
static void
let_go(struct copy_node *n)
{
	n->pid = 0;
	while (n->out.source.fd != -1 &&
	       lines_read(n, &n->out, on_out_line) == 1)
		continue;
	while (n->err.source.fd != -1 &&
	       lines_read(n, &n->err, on_err_line) == 1)
		continue;
	lines_close(n, &n->out);
	lines_close(n, &n->err);
	if (n->to != -1)
		close(n->to);
	n->to = -1;
}

bool
copy_node_reaped(struct copy_node *n, pid_t pid, int status)
{
	char how[CHILD_HOW];
	bool cut;

	if (n->pid == 0 || n->pid != pid)
		return false;
	let_go(n);
	if (n->state == COPY_DONE || n->state == COPY_FAILED)
		return true;
	child_how(status, how);
	cut =
	    WIFSIGNALED(status) || WEXITSTATUS(status) == STATUS_NO_CONNECTION;
	if (cut && n->state == COPY_SILENT) { /* the loss is already reported */
		n->state = COPY_LOST;
		return true;
	}
	if (n->said[0] != '\0')
		snprintf(n->why, sizeof n->why, "%s", n->said);
	else
		snprintf(n->why, sizeof n->why, "the %s %s",
			 cut ? "connection" : "order", how);
	become(n, cut ? COPY_LOST : COPY_FAILED);
	return true;
}

void
copy_node_lose(struct copy_node *n, const char *why)
{
	snprintf(n->why, sizeof n->why, "%s", why);
	become(n, COPY_SILENT);
}

bool
copy_node_waited_for(const struct copy_node *n)
{
	return n->state == COPY_WAITING || n->state == COPY_RUNNING ||
	       (n->state == COPY_STARTING && n->starts == 1);
}

void
copy_node_dismiss(struct copy_node *n, bool remove)
{
	static const char word[] = "remove\n";

	if (n->pid == 0)
		return;
	if (n->state != COPY_DONE)
		kill(n->pid, SIGTERM);
	else if (remove && write(n->to, word, sizeof word - 1) == -1)
		log_debug("%s: not told to remove the image: %m", n->name);
	close(n->to);
	n->to = -1;
}

void
copy_node_finish(struct copy_node *n)
{
	if (n->pid == 0)
		return;
	kill(n->pid, SIGKILL);
	waitpid(n->pid, NULL, 0);
	n->pid = 0;
	lines_close(n, &n->out);
	lines_close(n, &n->err);
	if (n->to != -1)
		close(n->to);
	n->to = -1;
}
