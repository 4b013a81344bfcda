/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/run_tool.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/progress.h"

static volatile sig_atomic_t interrupted, running;

static void
interrupt(int sig)
{
	interrupted = sig;
	if (running > 0)
		kill(running, SIGTERM);
}

/* Appends the sbin directories, which have some of the programs, to PATH: the
 * PATH of a user who is not root lacks them. */
static void
add_sbin(void)
{
	const char *from = getenv("PATH");
	AUTO_FREE char *path = NULL;

	if (asprintf(&path, "%s:/usr/sbin:/sbin",
		     from != NULL ? from : "/usr/bin:/bin") != -1)
		setenv("PATH", path, 1);
}

void
run_init(void)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGTERM};
	struct sigaction act = {.sa_handler = interrupt};

	add_sbin();

	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &act, NULL);
}

bool
run_interrupted(void)
{
	return interrupted != 0;
}

void
command_add(struct command *c, const char *fmt, ...)
{
	va_list ap;

	if (c->n + 1 == RUN_ARGS_MAX)
		log_fatal("%s: too many arguments", c->argv[0]);
	va_start(ap, fmt);
	if (vasprintf(&c->argv[c->n], fmt, ap) == -1)
		log_fatal("%s: %m", fmt);
	va_end(ap);
	c->argv[++c->n] = NULL;
}

static void
command_free(struct command *c)
{
	while (c->n > 0)
		free(c->argv[--c->n]);
}

static int
wait_for(pid_t pid, const char *name, struct progress *p)
{
	int status, got = 0;

	while (pid != -1 && got == 0) {
		bool over = p == NULL || progress_wait(p, pid);

		got = waitpid(pid, &status, over ? 0 : WNOHANG);
		if (got == -1 && errno == EINTR)
			got = 0;
	}
	progress_end(p);
	if (pid == -1 || got == -1) {
		log_error("%s: %m", name);
		return -1;
	}
	if (interrupted) {
		log_error("%s: ended by %s", name, strsignal(interrupted));
		return -1;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		log_error("%s was killed by signal %d (%s)", name,
			  WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		log_error("%s failed with status %d", name,
			  WEXITSTATUS(status));
	return -1;
}

static void __attribute__((noreturn))
run_child(struct command *c, const sigset_t *mask)
{
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	execvp(c->argv[0], c->argv);
	log_error("cannot run %s: %m", c->argv[0]);
	_exit(127);
}

static int
run(struct command *c, struct progress *p)
{
	sigset_t all, mask;
	pid_t pid;
	int result;

	/* Signals are blocked until `running` has the child's process id:
	 * without the id, interrupt() would not end the child. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &mask);
	pid = interrupted ? -1 : fork();
	if (pid == 0)
		run_child(c, &mask);
	running = pid;
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (pid == -1 && interrupted)
		errno = EINTR;
	result = wait_for(pid, c->argv[0], p);
	running = 0;
	command_free(c);
	return result;
}

int
command_run(struct command *c)
{
	return run(c, NULL);
}

int
command_watch(struct command *c, const char *what, uint64_t bytes)
{
	struct progress p;

	progress_begin(&p, what, bytes);
	return run(c, &p);
}

bool
program_there(const char *name, const char *package)
{
	const char *from = getenv("PATH");
	AUTO_FREE char *path = strdup(from != NULL ? from : "");
	char *rest = path;

	for (char *dir; (dir = strsep(&rest, ":")) != NULL;) {
		AUTO_FREE char *file = NULL;

		if (asprintf(&file, "%s/%s", dir, name) != -1 &&
		    access(file, X_OK) == 0)
			return true;
	}
	log_error("%s is missing; install it (on Debian: apt install %s)", name,
		  package);
	return false;
}
