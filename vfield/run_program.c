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

static int
run(const posix_spawn_file_actions_t *files, const char *const argv[])
{
	char how[CHILD_HOW];
	int status, error;
	pid_t pid;

	error = posix_spawnp(&pid, argv[0], files, NULL,
			     (char *const *)(uintptr_t)argv, environ);
	if (error != 0) {
		log_error("%s: %s", argv[0], strerror(error));
		return -1;
	}
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	log_error("%s %s", argv[0], child_how(status, how));
	return -1;
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
