/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/hook_child.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/write_all.h"
#include "site/in_root.h"

static void __attribute__((noreturn)) give_up(const char *what)
{
	dprintf(STDERR_FILENO, "%s: %m\n", what);
	_exit(HOOK_CHILD_FAILED);
}

/* Mounts the directory `dir` at the path `at` in the root.  Returns a
 * descriptor of the mounted directory; on failure ends the process. */
static int
show(const char *dir, int root, const char *at)
{
	int place = in_root_dir(root, at);
	int tree = open_tree(
	    AT_FDCWD, dir, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);

	if (place == -1)
		give_up(at);
	if (tree == -1 ||
	    move_mount(tree, "", place, "",
		       MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) == -1)
		give_up(dir);
	close(place);
	return tree;
}

/* Mounts the plugin's and the site's directory in the root, for this process
 * and its children alone, and enters the root.  What the system mounts
 * meanwhile comes in: an automount that the hook sets off is done by the
 * system.  On failure ends the process. */
static void
enter(const struct hook *h)
{
	int root, dir;

	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == -1)
		give_up("mounts of its own");
	root = open(h->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root == -1)
		give_up(h->root);
	if (h->site != NULL)
		(void)show(h->site, root, HOOK_SITE);
	dir = show(h->dir, root, HOOK_PLACE);
	if (fchdir(root) == -1 || chroot(".") == -1 || fchdir(dir) == -1)
		give_up(h->root);
}

static void
set_limits(void)
{
	static const struct rlimit file = {HOOK_FILE_MAX, HOOK_FILE_MAX},
				   core = {0, 0};
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	setrlimit(RLIMIT_FSIZE, &file);
	setrlimit(RLIMIT_CORE, &core);
	if (fd != -1) {
		(void)write_all(fd, "1000", 4);
		close(fd);
	}
}

static void __attribute__((noreturn))
become(const struct hook *h, int out, int err)
{
	const struct rlimit memory = {h->memory_max, h->memory_max};
	AUTO_FREE char *path = NULL;
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	char *argv[3];
	sigset_t none;

	dup2(err, STDERR_FILENO);
	dup2(out, STDOUT_FILENO);
	if (!h->keep_stdout)
		dup2(err, STDOUT_FILENO);
	if (null == -1 || dup2(null, STDIN_FILENO) == -1)
		give_up("/dev/null");
	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	umask(022);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	set_limits();
	enter(h);
	if (asprintf(&path, "./%s", h->program) == -1)
		give_up(h->program);
	argv[0] = path;
	argv[1] = (char *)h->argument;
	argv[2] = NULL;
	if (h->memory_max != 0)
		setrlimit(RLIMIT_DATA, &memory);
	execve(path, argv, h->env);
	give_up(h->program);
}

pid_t
hook_child_start(const struct hook *h, int out, int err)
{
	/* acts as fork(); the child is the first process of a new namespace,
	 * all of whose processes die with it */
	pid_t pid = syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWNS | SIGCHLD,
			    NULL, NULL, NULL, NULL);

	if (pid == 0)
		become(h, out, err);
	return pid;
}
