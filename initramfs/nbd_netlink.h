/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nbd_netlink: the kernel's NBD devices, by generic netlink
 * (linux/nbd-netlink.h, drivers/block/nbd.c).
 *
 * Blocks.  Errors: -1 and errno, which is the kernel's answer.
 */
#ifndef VF_INITRAMFS_NBD_NETLINK_H
#define VF_INITRAMFS_NBD_NETLINK_H

#include <stdint.h>

struct nbd_netlink {
	int fd;     /* commands and their answers */
	int events; /* news that the kernel tells everybody */
	uint16_t family;
};

struct nbd_device {
	uint32_t index; /* N of /dev/nbdN */
	uint64_t size;  /* bytes */
	uint32_t block_size;
	uint64_t flags; /* transmission flags, as the server has them */
	/* seconds until the kernel sends a request again */
	uint64_t timeout_s;
	/* seconds that the kernel waits for a new connection */
	uint64_t dead_timeout_s;
};

/* Opens both sockets.  ENOENT: the module nbd is not loaded. */
int nbd_netlink_open(struct nbd_netlink *n);

/* Hands a connection that is past the handshake to the kernel; the caller's
 * descriptor is not needed after that. */
int nbd_netlink_connect(struct nbd_netlink *n, const struct nbd_device *d,
			int socket);
/* Hands over a connection in place of a dead one. ENOSPC: none is dead. */
int nbd_netlink_reconnect(struct nbd_netlink *n, uint32_t index, int socket);

int nbd_netlink_disconnect(struct nbd_netlink *n, uint32_t index);

/* Waits until a connection of that device has died. */
int nbd_netlink_wait_dead(struct nbd_netlink *n, uint32_t index);

#endif
