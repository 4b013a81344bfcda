/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/dnsmasq.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/child.h"
#include "lib/cleanup.h"
#include "lib/rlimit.h"
#include "lib/log.h"

#define LINE_BYTES 1024
/* a descriptor number above all that guard() uses; arbitrary */
#define HIGH_FD 100

struct dnsmasq {
	struct loop *loop;
	const struct dnsmasq_ops *ops;
	void *ctx;
	char *program, *conf;
	/* the child process, which executes guard() and so runs dnsmasq */
	struct child child;
	/* writing end of a pipe; closing it ends the guard; -1: closed */
	int life;
	struct loop_source says;
	char line[LINE_BYTES];
	size_t have;
};

static char *
find_program(void)
{
	static const char *const places[] = {
	    "/usr/sbin/dnsmasq", "/usr/local/sbin/dnsmasq", "/sbin/dnsmasq",
	    "/usr/bin/dnsmasq", "/bin/dnsmasq"};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (access(places[i], X_OK) == 0)
			return strdup(places[i]);
	errno = ENOENT;
	return NULL;
}

/* Logs a line that dnsmasq has printed, without dnsmasq's name and process id
 * before it.  Marks the child as ready if the line says that dnsmasq has
 * started. */
static void
heard(struct dnsmasq *d, const char *line)
{
	const char *text = strstr(line, ": ");

	text = text != NULL ? text + 2 : line;
	if (d->child.state == CHILD_STARTING &&
	    strncmp(text, "started", 7) == 0) {
		child_ready(&d->child);
		d->ops->ready(d->ctx);
		return;
	}
	if (strstr(text, "IP range") != NULL ||
	    strncmp(text, "read ", 5) == 0 ||
	    strstr(text, "compile time options") != NULL)
		return;
	if (strncmp(line, "dnsmasq-dhcp", 12) == 0 ||
	    strncmp(line, "dnsmasq-tftp", 12) == 0)
		log_debug("dnsmasq: %s", text);
	else
		log_info("dnsmasq: %s", text);
}

static void
close_life(struct dnsmasq *d)
{
	if (d->life != -1)
		close(d->life);
	d->life = -1;
}

static void
close_says(struct dnsmasq *d)
{
	if (d->says.fd == -1)
		return;
	loop_remove(d->loop, &d->says);
	close(d->says.fd);
	d->says.fd = -1;
	d->have = 0;
}

/* Reads some of what dnsmasq has printed, and logs the whole lines.  Returns
 * false if nothing more can be read now. */
static bool
read_some(struct dnsmasq *d)
{
	ssize_t n =
	    read(d->says.fd, d->line + d->have, sizeof d->line - 1 - d->have);
	char *end;

	if (n <= 0) {
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			close_says(d);
		return false;
	}
	d->have += n;
	d->line[d->have] = '\0';
	while ((end = memchr(d->line, '\n', d->have)) != NULL) {
		*end = '\0';
		heard(d, d->line);
		d->have -= end + 1 - d->line;
		memmove(d->line, end + 1, d->have);
	}
	if (d->have == sizeof d->line - 1)
		d->have = 0;
	return true;
}

static void
on_says(void *ctx, uint32_t events)
{
	read_some(ctx);
}

static void __attribute__((noreturn)) run(const struct dnsmasq *d, int out)
{
	char *conf;
	char *argv[] = {NULL, "--keep-in-foreground", NULL, NULL};
	sigset_t none;

	/* systemd does not kill processes whose name begins with '@' at
	 * shutdown */
	if (asprintf(&conf, "--conf-file=%s", d->conf) == -1 ||
	    asprintf(&argv[0], "%s%s",
		     program_invocation_name[0] == '@' ? "@" : "",
		     d->program) == -1)
		_exit(EXIT_FAILURE);
	argv[2] = conf;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	/* for TFTP dnsmasq opens a descriptor for each client */
	rlimit_raise(RLIMIT_NOFILE);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	execv(d->program, argv);
	fprintf(stderr, "cannot run %s: %m\n", d->program);
	_exit(127);
}

/* Waits until dnsmasq, the process pid, has ended.  Then ends this process, the
 * guard, with the same exit status or by the same signal, so that the service
 * learns how dnsmasq ended. */
static void __attribute__((noreturn)) end_as(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) == -1)
		_exit(EXIT_FAILURE);
	if (WIFSIGNALED(status)) {
		sigset_t none;

		sigemptyset(&none);
		signal(WTERMSIG(status), SIG_DFL);
		sigprocmask(SIG_SETMASK, &none, NULL);
		raise(WTERMSIG(status));
	}
	_exit(WEXITSTATUS(status));
}

/* Closes all descriptors above stderr except *a and *b, and gives *a and *b new
 * numbers.  Above all the descriptor with the service's lock must be closed. */
static void
keep_two(int *a, int *b)
{
	int high_a = fcntl(*a, F_DUPFD_CLOEXEC, HIGH_FD);
	int high_b = fcntl(*b, F_DUPFD_CLOEXEC, HIGH_FD);

	*a = STDERR_FILENO + 1;
	*b = STDERR_FILENO + 2;
	if (dup3(high_a, *a, O_CLOEXEC) == -1 ||
	    dup3(high_b, *b, O_CLOEXEC) == -1 ||
	    close_range(STDERR_FILENO + 3, ~0U, 0) == -1)
		_exit(EXIT_FAILURE);
}

/* Runs dnsmasq as a child of this process, the guard, and sends it each SIGHUP
 * and SIGTERM that comes.  When the service ends, the other end of the pipe
 * `life` is closed, and the guard kills dnsmasq, since another node takes over.
 * PR_SET_PDEATHSIG would not do that: a process loses it when it gives up
 * root's rights, and dnsmasq does. */
static void __attribute__((noreturn))
guard(const struct dnsmasq *d, int out, int life)
{
	struct signalfd_siginfo info;
	struct pollfd p[2] = {0};
	sigset_t set;
	pid_t pid;

	keep_two(&out, &life);
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_SETMASK, &set, NULL);
	setsid(); /* a Ctrl-C on a terminal must reach only the service */
	prctl(PR_SET_NAME, "vfield-bootdhcp");
	pid = fork();
	if (pid == 0)
		run(d, out);
	p[0].fd = life;
	p[1].fd = signalfd(-1, &set, SFD_CLOEXEC);
	p[1].events = POLLIN;
	if (pid == -1 || p[1].fd == -1)
		_exit(EXIT_FAILURE);
	close(out); /* so that only dnsmasq holds the writing end */
	dup2(open("/dev/null", O_RDWR | O_CLOEXEC), STDERR_FILENO);
	for (;;) {
		p[0].revents = p[1].revents = 0;
		if (poll(p, 2, -1) == -1 && errno != EINTR)
			kill(pid, SIGKILL);
		if (p[0].revents != 0) {
			kill(pid, SIGKILL);
			end_as(pid);
		}
		if (p[1].revents == 0 ||
		    read(p[1].fd, &info, sizeof info) != sizeof info)
			continue;
		if (info.ssi_signo == SIGCHLD)
			end_as(pid);
		kill(pid, (int)info.ssi_signo);
	}
}

static void
listen_to(struct dnsmasq *d, int fd)
{
	fcntl(fd, F_SETFL, O_NONBLOCK);
	d->says.fd = fd;
	if (loop_add(d->loop, &d->says) == 0)
		return;
	log_warn("dnsmasq: what it says cannot be heard: %m");
	close(fd);
	d->says.fd = -1;
}

static pid_t
make_guard(struct dnsmasq *d)
{
	int says[2], life[2];
	pid_t pid;

	if (pipe2(says, O_CLOEXEC) == -1)
		return -1;
	AUTO_CLOSE int from = says[0];
	AUTO_CLOSE int to = says[1];
	if (pipe2(life, O_CLOEXEC) == -1)
		return -1;
	AUTO_CLOSE int end = life[0];
	AUTO_CLOSE int own = life[1];

	pid = fork();
	if (pid == 0) {
		close(own);
		guard(d, to, end);
	}
	if (pid == -1)
		return -1;
	d->life = TAKE_FD(own);
	listen_to(d, TAKE_FD(from));
	return pid;
}

static pid_t
spawn(void *ctx)
{
	struct dnsmasq *d = ctx;
	pid_t pid = -1;

	if (d->ops->prepare(d->ctx) == 0)
		pid = make_guard(d);
	if (pid == -1)
		log_error("dnsmasq cannot be started: %m");
	return pid;
}

/* Closes the pipe `life`, so that the guard kills dnsmasq and ends. */
static void
kill_guard(void *ctx)
{
	struct dnsmasq *d = ctx;

	close_life(d);
}

static bool
died(void *ctx, pid_t pid, const char *how)
{
	struct dnsmasq *d = ctx;

	if (d->child.was_ready)
		return true;
	d->ops->failed(d->ctx);
	return false;
}

static const struct child_ops child_ops = {
    .spawn = spawn, .died = died, .kill = kill_guard};

struct dnsmasq *
dnsmasq_new(struct loop *l, const char *conf, const struct dnsmasq_ops *ops,
	    void *ctx)
{
	AUTO_FREE struct dnsmasq *d = calloc(1, sizeof *d);
	AUTO_FREE char *program = find_program();
	AUTO_FREE char *copy = strdup(conf);

	if (d == NULL || program == NULL || copy == NULL)
		return NULL;
	d->loop = l;
	d->ops = ops;
	d->ctx = ctx;
	d->life = -1;
	d->program = TAKE_PTR(program);
	d->conf = TAKE_PTR(copy);
	d->says = (struct loop_source){
	    .fd = -1, .events = EPOLLIN, .ready = on_says, .ctx = d};
	child_init(&d->child, l, "dnsmasq", &child_ops, d);
	d->child.quiet_kill = true;
	return TAKE_PTR(d);
}

void
dnsmasq_free(struct dnsmasq *d)
{
	if (d == NULL)
		return;
	child_finish(&d->child);
	close_says(d);
	free(d->program);
	free(d->conf);
	free(d);
}

void
dnsmasq_start(struct dnsmasq *d)
{
	child_start(&d->child);
}

void
dnsmasq_stop(struct dnsmasq *d)
{
	child_stop(&d->child, DNSMASQ_GRACE_MS);
}

void
dnsmasq_renew(struct dnsmasq *d)
{
	child_renew(&d->child, DNSMASQ_GRACE_MS);
}

void
dnsmasq_reload(struct dnsmasq *d)
{
	/* SIGHUP would kill dnsmasq before it is ready */
	if (d->child.state == CHILD_UP)
		kill(d->child.pid, SIGHUP);
}

bool
dnsmasq_ready(const struct dnsmasq *d)
{
	return d->child.state == CHILD_UP;
}

void
dnsmasq_reaped(struct dnsmasq *d, pid_t pid, int status)
{
	if (d->child.pid == 0 || pid != d->child.pid)
		return;
	kill(-pid, SIGKILL); /* ends dnsmasq too, if the guard was killed */
	close_life(d);
	while (d->says.fd != -1 && read_some(d))
		; /* reads and logs the last lines of dnsmasq */
	close_says(d);
	child_reaped(&d->child, pid, status);
}
