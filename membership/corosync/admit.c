/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/corosync/admit.h"

#include <corosync/cmap.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* The member's end of a pair of sockets, whose other end the child has; -1: no
 * child.  One for the process: the child is the process's, not a group's. */
static int child = -1;

static void
write_user(uid_t uid)
{
	char key[CMAP_KEYNAME_MAXLEN + 1];
	cmap_handle_t map;

	/* without a corosync the member asks again later */
	if (cmap_initialize(&map) != CS_OK)
		return;
	snprintf(key, sizeof key, "uidgid.uid.%u", (unsigned)uid);
	(void)cmap_set_uint8(map, key, 1);
	cmap_finalize(map);
}

/* Runs in the child process, until the member has ended. */
static void __attribute__((noreturn)) serve(int fd, uid_t uid)
{
	char asked;

	prctl(PR_SET_NAME, "vfield-admit", 0, 0, 0);
	/* the terminal's Ctrl-C is for the member */
	signal(SIGINT, SIG_IGN);
	while (recv(fd, &asked, 1, 0) == 1)
		write_user(uid);
	_exit(EXIT_SUCCESS);
}

int
admit_start(uid_t uid)
{
	int fds[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == -1)
		return -1;
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		serve(fds[1], uid);
	}
	close(fds[1]);
	if (pid == -1) {
		close(fds[0]);
		return -1;
	}
	child = fds[0];
	return 0;
}

void
admit_ask(void)
{
	if (child != -1)
		(void)send(child, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}
