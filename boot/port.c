/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/port.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/cleanup.h"
#include "lib/port_wait.h"

#define PATH_BYTES 64
#define LINK_BYTES 64

struct wanted {
	const char *card;
	uint16_t port;
};

/* Tries to bind the UDP port on the card.  Returns 0 if that works, else the
 * errno value. */
static int
try_port(const void *ctx)
{
	const struct wanted *w = ctx;
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_port = htons(w->port)};
	AUTO_CLOSE int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, w->card,
		       strlen(w->card)) == -1 ||
	    bind(fd, (struct sockaddr *)&in, sizeof in) == -1)
		return errno;
	return 0;
}

bool
port_is_free(const struct card *c, uint16_t port)
{
	struct wanted w = {c->name, port};

	return port_wait(try_port, &w) != EADDRINUSE;
}

unsigned long
port_inode(FILE *table, uint16_t port)
{
	char line[256];

	while (fgets(line, sizeof line, table) != NULL) {
		unsigned local;
		unsigned long inode;

		if (sscanf(line,
			   " %*u: %*32[0-9A-Fa-f]:%4x %*32[0-9A-Fa-f]:%*4x "
			   "%*x %*x:%*x %*x:%*x %*x %*u %*u %lu",
			   &local, &inode) == 2 &&
		    local == port && inode != 0)
			return inode;
	}
	return 0;
}

static unsigned long
find_inode(uint16_t port)
{
	static const char *const tables[] = {"/proc/net/udp", "/proc/net/udp6"};
	unsigned long inode = 0;

	for (size_t i = 0; inode == 0 && i < 2; i++) {
		AUTO_FCLOSE FILE *f = fopen(tables[i], "re");

		if (f != NULL)
			inode = port_inode(f, port);
	}
	return inode;
}

static bool
has_socket(const char *pid, const char *socket)
{
	char path[PATH_BYTES], link[LINK_BYTES];
	struct dirent *e;
	bool has = false;
	DIR *fds;

	snprintf(path, sizeof path, "/proc/%.20s/fd", pid);
	fds = opendir(path);
	while (fds != NULL && !has && (e = readdir(fds)) != NULL) {
		ssize_t n =
		    readlinkat(dirfd(fds), e->d_name, link, sizeof link - 1);

		link[n > 0 ? n : 0] = '\0';
		has = strcmp(link, socket) == 0;
	}
	if (fds != NULL)
		closedir(fds);
	return has;
}

/* Writes the name of the process, and its id pid, into owner.  A process may
 * give itself any name, so bytes that are not printable ASCII are replaced. */
static void
write_owner(const char *pid, char owner[PORT_OWNER])
{
	char path[PATH_BYTES], name[32] = "";
	AUTO_FCLOSE FILE *f = NULL;

	snprintf(path, sizeof path, "/proc/%.20s/comm", pid);
	f = fopen(path, "re");
	if (f == NULL || fgets(name, sizeof name, f) == NULL)
		return;
	name[strcspn(name, "\n")] = '\0';
	for (char *p = name; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~')
			*p = '?';
	snprintf(owner, PORT_OWNER, "%s (process %.20s)", name, pid);
}

void
port_owner(uint16_t port, char owner[PORT_OWNER])
{
	unsigned long inode = find_inode(port);
	char socket[LINK_BYTES];
	struct dirent *e;
	DIR *all;

	snprintf(owner, PORT_OWNER, "another program");
	snprintf(socket, sizeof socket, "socket:[%lu]", inode);
	all = inode != 0 ? opendir("/proc") : NULL;
	while (all != NULL && (e = readdir(all)) != NULL)
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' &&
		    has_socket(e->d_name, socket)) {
			write_owner(e->d_name, owner);
			break;
		}
	if (all != NULL)
		closedir(all);
}
