/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "nbdkit-plugin/sockets.h"

#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/cleanup.h"

/* A client that is silent is probed after 20 s and given up 30 s later.  A
 * client that takes no data is given up after 40 s, which is longer than a
 * switch needs to restart.  Arbitrary. */
#define IDLE_S 20
#define INTERVAL_S 10
#define PROBES 3
#define USER_TIMEOUT_MS 40000

static void
each_socket(void (*fn)(int fd, void *ctx), void *ctx)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		AUTO_CLOSE int fd = -1;
		char *end;
		long n = strtol(e->d_name, &end, 10);

		if (end == e->d_name || *end != '\0' || n == dirfd(dir))
			continue;
		fd = fcntl(n, F_DUPFD_CLOEXEC, 0);
		if (fd != -1)
			fn(fd, ctx);
	}
	if (dir != NULL)
		closedir(dir);
}

static void
watch_listener(int fd, void *ctx)
{
	static const struct {
		int level, option, value;
	} options[] = {
	    {SOL_SOCKET, SO_KEEPALIVE, 1},
	    {IPPROTO_TCP, TCP_KEEPIDLE, IDLE_S},
	    {IPPROTO_TCP, TCP_KEEPINTVL, INTERVAL_S},
	    {IPPROTO_TCP, TCP_KEEPCNT, PROBES},
	    {IPPROTO_TCP, TCP_USER_TIMEOUT, USER_TIMEOUT_MS},
	};
	int listens = 0;
	socklen_t len = sizeof listens;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) == -1 ||
	    !listens)
		return;
	/* A Unix socket refuses TCP's options, and needs none of them. */
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		(void)setsockopt(fd, options[i].level, options[i].option,
				 &options[i].value, sizeof options[i].value);
}

void
sockets_find_the_dead(void)
{
	each_socket(watch_listener, NULL);
}

struct ending {
	bool (*wanted)(void *ctx, const struct address *client);
	void *ctx;
};

static void
end_one(int fd, void *ctx)
{
	const struct ending *e = ctx;
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	struct address client;

	if (getpeername(fd, (struct sockaddr *)&ss, &len) == 0 &&
	    address_from_sockaddr((struct sockaddr *)&ss, len, &client) == 0 &&
	    e->wanted(e->ctx, &client))
		shutdown(fd, SHUT_RD);
}

void
sockets_end(bool (*wanted)(void *ctx, const struct address *client), void *ctx)
{
	struct ending e = {wanted, ctx};

	each_socket(end_one, &e);
}
