/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/run_program.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/child.h"
#include "lib/log.h"

/* Starts the program argv[0], and sets *pid.  Returns 0; -1: the program did
 * not start, and the log says why. */
static int
start(const posix_spawn_file_actions_t *files, const char *const argv[],
      pid_t *pid)
{
	int error = posix_spawnp(pid, argv[0], files, NULL,
				 (char *const *)(uintptr_t)argv, environ);

	if (error == 0)
		return 0;
	log_error("%s: %s", argv[0], strerror(error));
	return -1;
}

/* Waits for the end of the process `pid`.  Returns its exit status; -1: the
 * process was killed, and the log says so. */
static int
end(pid_t pid, const char *name)
{
	char how[CHILD_HOW];
	int status;

	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	log_error("%s %s", name, child_how(status, how));
	return -1;
}

static int
run(const posix_spawn_file_actions_t *files, const char *const argv[])
{
	pid_t pid;

	return start(files, argv, &pid) == 0 ? end(pid, argv[0]) : -1;
}

int
run_program(const char *dir, const char *const argv[])
{
	posix_spawn_file_actions_t files;
	int status;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addchdir_np(&files, dir);
	status = run(&files, argv);
	posix_spawn_file_actions_destroy(&files);
	return status;
}

int
run_program_quiet(const char *const argv[])
{
	posix_spawn_file_actions_t files;
	int status;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null",
					 O_WRONLY, 0);
	status = run(&files, argv);
	posix_spawn_file_actions_destroy(&files);
	return status;
}

int
run_program_files(const char *in, const char *out, const char *const argv[])
{
	posix_spawn_file_actions_t files;
	int status;

	posix_spawn_file_actions_init(&files);
	if (in != NULL)
		posix_spawn_file_actions_addopen(&files, STDIN_FILENO, in,
						 O_RDONLY, 0);
	if (out != NULL)
		posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out,
						 O_WRONLY | O_CREAT | O_EXCL,
						 0600);
	status = run(&files, argv);
	posix_spawn_file_actions_destroy(&files);
	return status;
}

/* Reads from fd until end of file.  Keeps the first len - 1 bytes in `text`,
 * and ends them with a NUL. */
static void
read_text(int fd, char *text, size_t len)
{
	char rest[4096];
	size_t n = 0;
	ssize_t got;

	while ((got = n + 1 < len ? read(fd, text + n, len - n - 1)
				  : read(fd, rest, sizeof rest)) != 0) {
		if (got == -1 && errno != EINTR)
			break;
		if (got > 0 && n + 1 < len)
			n += got;
	}
	text[n] = '\0';
}

int
run_program_read(const char *const argv[], char *text, size_t len)
{
	posix_spawn_file_actions_t files;
	int fds[2], result;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) == -1) {
		log_error("%s: %m", argv[0]);
		return -1;
	}
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, fds[1], STDOUT_FILENO);
	result = start(&files, argv, &pid);
	posix_spawn_file_actions_destroy(&files);
	close(fds[1]);
	if (result == 0) {
		read_text(fds[0], text, len);
		result = end(pid, argv[0]);
	}
	close(fds[0]);
	return result;
}
