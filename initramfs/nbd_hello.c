/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "initramfs/nbd_hello.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/cleanup.h"

#define NBDMAGIC UINT64_C(0x4e42444d41474943)
#define IHAVEOPT UINT64_C(0x49484156454f5054)
#define FIXED_NEWSTYLE 1
#define NO_ZEROES 2
#define OPT_EXPORT_NAME 1
#define NAME_MAX_BYTES 256

static bool
read_all(int fd, void *to, size_t len)
{
	return recv(fd, to, len, MSG_WAITALL) == (ssize_t)len;
}

static int
connect_to(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof sun.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(sun.sun_path, path);
	if (fd == -1 || connect(fd, (struct sockaddr *)&sun, sizeof sun) == -1)
		return -1;
	return TAKE_FD(fd);
}

/* Asks the server for the export by the option EXPORT_NAME, which every server
 * knows.  The server then answers with size and flags, or closes the connection
 * if it lacks the export.  Returns false if the request cannot be sent. */
static bool
ask(int fd, const char *export)
{
	struct {
		uint32_t client_flags;
		uint64_t magic;
		uint32_t option, length;
		char name[NAME_MAX_BYTES];
	} __attribute__((packed)) q = {
	    .client_flags = htobe32(FIXED_NEWSTYLE | NO_ZEROES),
	    .magic = htobe64(IHAVEOPT),
	    .option = htobe32(OPT_EXPORT_NAME),
	};
	size_t n = strlen(export);
	size_t len = offsetof(__typeof__(q), name) + n;

	if (n > NAME_MAX_BYTES)
		return false;
	q.length = htobe32(n);
	memcpy(q.name, export, n);
	return send(fd, &q, len, MSG_NOSIGNAL) == (ssize_t)len;
}

int
nbd_hello(const char *socket_path, const char *export, uint64_t *size,
	  uint16_t *flags)
{
	AUTO_CLOSE int fd = connect_to(socket_path);
	struct {
		uint64_t magic, option_magic;
		uint16_t flags;
	} __attribute__((packed)) greeting;
	struct {
		uint64_t size;
		uint16_t flags;
	} __attribute__((packed)) reply;

	if (fd == -1)
		return -1;
	errno = EPROTO;
	if (!read_all(fd, &greeting, sizeof greeting) ||
	    greeting.magic != htobe64(NBDMAGIC) ||
	    greeting.option_magic != htobe64(IHAVEOPT) ||
	    (be16toh(greeting.flags) & NO_ZEROES) == 0)
		return -1;
	errno = ENOENT;
	if (!ask(fd, export) || !read_all(fd, &reply, sizeof reply))
		return -1;
	*size = be64toh(reply.size);
	*flags = be16toh(reply.flags);
	return TAKE_FD(fd);
}
