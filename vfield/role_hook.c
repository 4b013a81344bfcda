/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/role_hook.h"

#include <fcntl.h>
#include <unistd.h>

#include "lib/child.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/program_dir.h"

const char *
role_verb_text(enum role_verb v)
{
	static const char *const verbs[] = {[ROLE_CAN] = "can",
					    [ROLE_START] = "start",
					    [ROLE_RUNS] = "runs",
					    [ROLE_STOP] = "stop"};

	return verbs[v];
}

static void __attribute__((noreturn)) run(const char *const argv[])
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (dup2(null, STDIN_FILENO) == -1 || dup2(null, STDOUT_FILENO) == -1)
		_exit(1);
	execv(argv[0], (char *const *)argv);
	_exit(127);
}

pid_t
role_hook_start(const struct agent_site *a, const char *host, const char *role,
		enum role_verb v)
{
	AUTO_FREE char *bin = program_dir();
	AUTO_FREE char *program =
	    bin != NULL ? path_in(bin, "vfield-plugin") : NULL;
	AUTO_FREE char *site = path_in(a->root, AGENT_SITE);
	const char *argv[] = {program,
			      "role",
			      role,
			      role_verb_text(v),
			      "--site",
			      site,
			      "--root",
			      a->root,
			      "--host",
			      host,
			      "--limit",
			      ROLE_HOOK_S,
			      a->shipped != NULL ? "--plugins" : NULL,
			      a->shipped,
			      NULL};
	pid_t pid = program != NULL ? child_fork() : -1;

	if (pid == 0)
		run(argv);
	if (pid == -1)
		log_error("role %s: cannot start a process: %m", role);
	return pid;
}
