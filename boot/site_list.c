/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/site_list.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lib/child.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "boot/files.h"
#include "boot/own_images.h"
#include "boot/rights.h"

struct site_list {
	struct boot *b;
	/* paths of the list, and of the new one that the child writes */
	char *path, *fresh;
	pid_t pid; /* process id of the child; 0: none */
	/* the child is to run once more when it has ended */
	bool again;
	/* true: a child has ended, whether it got a list or not */
	bool tried;
	/* the log already says that the last child failed */
	bool failed;
	struct loop_timer timer;
};

/* Runs in the child: has the list written to the file s->fresh.  Does not
 * return. */
static void __attribute__((noreturn)) run(const struct site_list *s)
{
	int fd = open(s->fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	sigset_t none;

	if (fd == -1)
		_exit(EXIT_FAILURE);
	rights_keep(s->b->rights, fd);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	_exit(rights_site(s->b->rights, fd) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

void
site_list_look(struct site_list *s)
{
	if (s == NULL)
		return;
	s->again = s->pid != 0;
	if (s->again)
		return;
	s->pid = fork();
	if (s->pid == 0)
		run(s);
	if (s->pid != -1)
		return;
	s->pid = 0;
	loop_timer_set(s->b->loop, &s->timer,
		       clock_now_ns() + SITE_LIST_AGAIN_MS * NS_PER_MS);
}

static void
on_timer(void *ctx)
{
	site_list_look(ctx);
}

void
site_list_reaped(struct site_list *s, pid_t pid, int status)
{
	char how[CHILD_HOW];

	if (s == NULL || pid != s->pid)
		return;
	s->pid = 0;
	s->tried = true;
	if (status == 0 && rename(s->fresh, s->path) == 0) {
		s->failed = false;
		boot_config_machines(&s->b->config, s->b->rights,
				     s->b->machines);
		own_images_look(s->b);
		files_hosts(s->b);
	} else if (!s->failed) {
		s->failed = true;
		log_warn("the site's machines: 'vfield site machines' %s: "
			 "trying again",
			 child_how(status, how));
	}
	if (s->again)
		site_list_look(s);
	else if (s->failed)
		loop_timer_set(s->b->loop, &s->timer,
			       clock_now_ns() + SITE_LIST_AGAIN_MS * NS_PER_MS);
}

bool
site_list_tried(const struct site_list *s)
{
	return s == NULL || s->tried;
}

int
site_list_open(struct boot *b)
{
	struct site_list *s;

	if (b->config.set.machines != NULL)
		return 0;
	s = calloc(1, sizeof *s);
	if (s == NULL) {
		log_error("%m");
		return -1;
	}
	s->b = b;
	s->path = path_in(files_dir(b->files), "site.machines");
	s->fresh = path_in(files_dir(b->files), "site.machines.new");
	s->timer.fire = on_timer;
	s->timer.ctx = s;
	b->site = s;
	b->config.site_machines = s->path;
	site_list_look(s);
	return 0;
}

void
site_list_close(struct boot *b)
{
	struct site_list *s = b->site;

	if (s == NULL)
		return;
	if (s->pid != 0)
		kill(s->pid, SIGTERM);
	loop_timer_cancel(b->loop, &s->timer);
	free(s->path);
	free(s->fresh);
	free(s);
	b->site = NULL;
}
