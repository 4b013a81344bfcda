/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/pass_fds.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>

/* The buffer of a message's descriptors, aligned as sendmsg wants it. */
union control {
	char bytes[CMSG_SPACE(PASS_FDS_MAX * sizeof(int))];
	struct cmsghdr align;
};

int
pass_fds_send(int socket, const void *bytes, size_t len, const int *fds,
	      size_t n)
{
	struct iovec iov = {(void *)bytes, len};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
	union control control = {{0}};
	struct cmsghdr *c;

	assert(n <= PASS_FDS_MAX);
	if (n > 0) {
		m.msg_control = control.bytes;
		m.msg_controllen = CMSG_SPACE(n * sizeof *fds);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n * sizeof *fds);
		memcpy(CMSG_DATA(c), fds, n * sizeof *fds);
	}
	return sendmsg(socket, &m, MSG_NOSIGNAL) == -1 ? -1 : 0;
}

ssize_t
pass_fds_receive(int socket, void *bytes, size_t len, int fds[PASS_FDS_MAX],
		 size_t *n)
{
	struct iovec iov = {bytes, len};
	union control control;
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = control.bytes,
			   .msg_controllen = sizeof control};
	ssize_t got = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
	struct cmsghdr *c = got == -1 ? NULL : CMSG_FIRSTHDR(&m);

	*n = 0;
	if (c != NULL && c->cmsg_level == SOL_SOCKET &&
	    c->cmsg_type == SCM_RIGHTS) {
		*n = (c->cmsg_len - CMSG_LEN(0)) / sizeof *fds;
		memcpy(fds, CMSG_DATA(c), *n * sizeof *fds);
	}
	return got;
}
