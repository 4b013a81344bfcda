/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nbd_hello: a connection to an NBD server on a Unix socket, up to where the
 * kernel can take over (NBD proto.md, "Newstyle negotiation"). */
#ifndef VF_INITRAMFS_NBD_HELLO_H
#define VF_INITRAMFS_NBD_HELLO_H

#include <stdint.h>

/* Returns the connection, or -1 and errno: EPROTO if that is no NBD server,
 * ENOENT if it does not have the export. */
int nbd_hello(const char *socket_path, const char *export, uint64_t *size,
	      uint16_t *flags);

#endif
