/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/launch.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/rlimit.h"
#include "lib/log.h"
#include "lib/run_as.h"

static void
write_text(const char *path, const char *text)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return;
	n = write(fd, text, strlen(text));
	(void)n; /* if writing is not permitted, the file stays as it is */
}

/* Returns true if the machine's root depends on the node.  Then the
 * supervisor's name begins with '@', so that systemd does not kill it when the
 * system ends (ROOT_STORAGE_DAEMONS). */
static bool
carries_root(void)
{
	return program_invocation_name[0] == '@';
}

void
launch_become_vital(char was[LAUNCH_OOM_SCORE])
{
	AUTO_CLOSE int fd = open("/proc/self/oom_score_adj", O_RDONLY);
	ssize_t n = -1;

	if (fd != -1)
		n = read(fd, was, LAUNCH_OOM_SCORE - 1);
	was[n > 0 ? n : 0] = '\0';
	/* A systemd unit may have given the supervisor a negative score. */
	if (was[0] == '-')
		memcpy(was, "0", 2);
	write_text("/proc/self/oom_score_adj", "-1000");
	if (carries_root())
		/* a terminal then sends the supervisor no signals */
		setsid();
}

static void
lift_limit(int resource)
{
	struct rlimit l = {RLIM_INFINITY, RLIM_INFINITY};

	if (setrlimit(resource, &l) == -1)
		rlimit_raise(resource);
}

static void
limit(const struct child_spec *spec, const char *oom_score)
{
	if (spec->vital) {
		lift_limit(RLIMIT_MEMLOCK);
		lift_limit(RLIMIT_CORE);
	} else if (oom_score[0] != '\0') {
		write_text("/proc/self/oom_score_adj", oom_score);
	}
	rlimit_raise(RLIMIT_NOFILE);
}

/* Moves the child to a process group of its own if the supervisor has a
 * terminal, whose Ctrl-C must not reach the child directly. */
static void
leave_terminal(void)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);

	if (tty == -1)
		return;
	close(tty);
	setpgid(0, 0);
}

static const char *
name_of(const struct child_spec *spec)
{
	const char *path = spec->argv[0];
	char *name;

	if (!carries_root() || asprintf(&name, "@%s", path) == -1)
		return path;
	return name;
}

/* Runs in the child: sets its signals, limits and name, and executes the
 * program of spec. */
static void __attribute__((noreturn))
run(const struct child_spec *spec, const char *oom_score, pid_t supervisor,
    int ready_fd)
{
	const char *argv[SUPERVISE_ARGS_MAX + 3];
	char number[16];
	sigset_t none;
	size_t n = 0;
	int null;

	assert(spec->argv[0] != NULL);
	limit(spec, oom_score);
	/* Another user's process would lose PDEATHSIG, so it changes before. */
	if (spec->as != NULL && run_as_become(spec->as, spec->caps) == -1) {
		log_error("%s: cannot run it as %s: %m", spec->name,
			  spec->as->name);
		_exit(127);
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The supervisor may have ended before PDEATHSIG was set. */
	if (getppid() != supervisor)
		_exit(EXIT_FAILURE);
	leave_terminal();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	/* only the supervisor is to notify systemd */
	unsetenv("NOTIFY_SOCKET");
	null = open("/dev/null", O_RDONLY);
	if (null != -1)
		dup2(null, STDIN_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);

	for (; spec->argv[n] != NULL && n < SUPERVISE_ARGS_MAX; n++)
		argv[n] = n == 0 ? name_of(spec) : spec->argv[n];
	if (ready_fd != -1) {
		fcntl(ready_fd, F_SETFD, 0);
		snprintf(number, sizeof number, "%d", ready_fd);
		argv[n++] = "--ready-fd";
		argv[n++] = number;
	}
	argv[n] = NULL;
	execv(spec->argv[0], (char *const *)argv);
	log_error("%s: cannot run %s: %m", spec->name, spec->argv[0]);
	_exit(127);
}

pid_t
launch(const struct child_spec *spec, const char *oom_score, int ready_fd)
{
	pid_t self = getpid(), pid = fork();

	if (pid == 0)
		run(spec, oom_score, self, ready_fd);
	return pid;
}
