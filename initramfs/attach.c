/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield-attach: makes the router's export the block device /dev/nbdN, and
 * keeps it working.
 *
 * A device that nbd-client made fails when its connection ends, and a root file
 * system on it fails, too.  This program replaces a connection that has died,
 * because the router was restarted, as soon as there is a router again; until
 * then reads wait.  The kernel repeats a request that has had no answer for
 * TIMEOUT_S, either because its connection died or because it waits for a node
 * that has the chunk.
 *
 * The program goes on in the background once the device is there.  Its memory
 * is locked, since it has to work while nothing can be read from the root. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "initramfs/nbd_hello.h"
#include "initramfs/nbd_netlink.h"
#include "initramfs/vital.h"
#include "lib/digest.h"
#include "lib/log.h"

#define TIMEOUT_S 10
/* Seconds for which the kernel waits for a new connection.  Arbitrary: a year,
 * since the root must wait for a router however long that takes. */
#define DEAD_TIMEOUT_S (365 * 24 * 3600)
#define AGAIN_US 100000
/* Seconds after which a router that has not answered is taken to hang, and
 * SIGALRM ends this program.  Arbitrary. */
#define ATTACH_S 10

struct target {
	const char *socket;
	const char *export;
	struct nbd_device device;
};

static int
parse_device(const char *path, uint32_t *index)
{
	static const char prefix[] = "/dev/nbd";
	char *end;

	if (strncmp(path, prefix, sizeof prefix - 1) != 0)
		return -1;
	errno = 0;
	*index = strtoul(path + sizeof prefix - 1, &end, 10);
	return errno == 0 && *end == '\0' && end > path + sizeof prefix - 1
		   ? 0
		   : -1;
}

/* Returns true if `export` is the id of an image.  A name would not do: after a
 * restart of the router it may mean another image of the same size, which would
 * then replace a mounted root. */
static bool
is_id(const char *export)
{
	struct digest id;

	return digest_parse(export, strlen(export), &id) == 0;
}

static void
attach(struct nbd_netlink *n, struct target *t)
{
	uint16_t flags;
	int fd;

	alarm(ATTACH_S);
	fd = nbd_hello(t->socket, t->export, &t->device.size, &flags);
	/* an alarm that came later would end the process that watches the
	 * device */
	alarm(0);
	if (fd == -1)
		log_fatal("%s: export \"%s\": %s", t->socket, t->export,
			  strerror(errno));
	t->device.flags = flags;
	t->device.block_size = t->device.size % 4096 == 0 ? 4096 : 512;
	if (nbd_netlink_connect(n, &t->device, fd) == -1)
		log_fatal("/dev/nbd%" PRIu32 ": %s", t->device.index,
			  strerror(errno));
	close(fd);
	log_info("/dev/nbd%" PRIu32 ": %" PRIu64 " bytes", t->device.index,
		 t->device.size);
}

/* Passes the kernel the connection fd in place of a dead one of the device.
 * Returns 0, also if the device has no dead connection; -1 if there is no such
 * device any more. */
static int
replace(struct nbd_netlink *n, const struct target *t, int fd)
{
	if (nbd_netlink_reconnect(n, t->device.index, fd) == 0)
		log_info("/dev/nbd%" PRIu32 ": connected again",
			 t->device.index);
	else if (errno != ENOSPC)
		return -1;
	return 0;
}

static int
reattach(struct nbd_netlink *n, const struct target *t)
{
	for (;;) {
		uint64_t size;
		uint16_t flags;
		int fd = nbd_hello(t->socket, t->export, &size, &flags);

		if (fd != -1 && size == t->device.size) {
			int result = replace(n, t, fd);

			close(fd);
			return result;
		}
		if (fd != -1) {
			log_warn("%s: the export has another size now",
				 t->socket);
			close(fd);
		}
		usleep(AGAIN_US);
	}
}

/* Detaches the device and ends the program, since no process could be started
 * that watches the device.  Without one the device would fail with the first
 * connection that dies, and nobody would know why. */
static void __attribute__((noreturn))
give_up(struct nbd_netlink *n, uint32_t index)
{
	int error = errno;

	if (nbd_netlink_disconnect(n, index) == -1)
		log_error("/dev/nbd%" PRIu32 ": cannot be given up: %s", index,
			  strerror(errno));
	log_fatal("/dev/nbd%" PRIu32 ": no process can be had to watch it: %s: "
		  "end others, then attach it again",
		  index, strerror(error));
}

/* Starts a child process, which goes on.  Ends this process with status 0, by
 * which scripts know that the device is there. */
static void
go_to_background(struct nbd_netlink *n, uint32_t index)
{
	switch (fork()) {
	case -1:
		give_up(n, index);
	case 0:
		setsid();
		break;
	default:
		_exit(EXIT_SUCCESS);
	}
}

static int
detach(uint32_t index)
{
	struct nbd_netlink n;

	if (nbd_netlink_open(&n) == 0 && nbd_netlink_disconnect(&n, index) == 0)
		return 0;
	log_error("/dev/nbd%" PRIu32 ": %s", index, strerror(errno));
	return 1;
}

static const char usage[] = "Usage: vfield-attach SOCKET ID /dev/nbdN\n"
			    "       vfield-attach --detach /dev/nbdN\n";

int
main(int argc, char **argv)
{
	struct target t = {.device = {.timeout_s = TIMEOUT_S,
				      .dead_timeout_s = DEAD_TIMEOUT_S}};
	struct nbd_netlink n;

	log_init("vfield-attach", false);
	if (argc == 2 &&
	    (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		fputs(usage, stdout);
		return fflush(stdout) == 0 ? 0 : 1;
	}
	if (argc < 2 || parse_device(argv[argc - 1], &t.device.index) == -1)
		argc = 0;
	if (argc == 3 && strcmp(argv[1], "--detach") == 0)
		return detach(t.device.index);
	if (argc != 4 || !is_id(argv[2])) {
		fputs(usage, stderr);
		return 2;
	}
	t.socket = argv[1];
	t.export = argv[2];
	if (nbd_netlink_open(&n) == -1)
		log_fatal("the kernel has no nbd: %s", strerror(errno));
	attach(&n, &t);
	go_to_background(&n, t.device.index);
	become_vital();
	while (nbd_netlink_wait_dead(&n, t.device.index) == 0)
		if (reattach(&n, &t) == -1)
			return 0;
	log_fatal("/dev/nbd%" PRIu32 ": %s", t.device.index, strerror(errno));
}
