/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nbd_netlink: controls the kernel's NBD devices by generic netlink
 * (linux/nbd-netlink.h, drivers/block/nbd.c).
 *
 * Every function blocks until the kernel has answered.
 * Errors   -1 with errno, which is the kernel's answer. */
#ifndef VF_INITRAMFS_NBD_NETLINK_H
#define VF_INITRAMFS_NBD_NETLINK_H

#include <stdint.h>

struct nbd_netlink {
	int fd; /* socket for commands and the kernel's answers */
	/* socket for events from the kernel, which all listeners get */
	int events;
	/* the number by which generic netlink addresses nbd */
	uint16_t family;
};

struct nbd_device {
	uint32_t index; /* the number N of the device /dev/nbdN */
	uint64_t size;  /* bytes */
	uint32_t block_size;
	uint64_t flags; /* transmission flags that the server sent */
	/* seconds without an answer after which the kernel repeats a request */
	uint64_t timeout_s;
	/* seconds for which the kernel waits for a connection that replaces a
	 * dead one */
	uint64_t dead_timeout_s;
};

/* Opens both sockets of `n`.  Returns 0; or -1 and sets errno, to ENOENT if the
 * module nbd is not loaded. */
int nbd_netlink_open(struct nbd_netlink *n);

/* Passes the kernel a connection whose handshake is over, and which becomes the
 * device d.  The caller may then close `socket`.  Returns 0. */
int nbd_netlink_connect(struct nbd_netlink *n, const struct nbd_device *d,
			int socket);
/* Passes the kernel a connection that replaces a dead one of the device
 * /dev/nbdINDEX.  errno is ENOSPC if no connection of the device is dead. */
int nbd_netlink_reconnect(struct nbd_netlink *n, uint32_t index, int socket);

/* Detaches the device /dev/nbdINDEX from its connections. */
int nbd_netlink_disconnect(struct nbd_netlink *n, uint32_t index);

/* Waits until a connection of the device /dev/nbdINDEX has died.  Also returns
 * 0 if the kernel has lost events, since the death may have been among them. */
int nbd_netlink_wait_dead(struct nbd_netlink *n, uint32_t index);

#endif
