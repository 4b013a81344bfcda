/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nbd_hello: connects to an NBD server on a Unix socket, up to the point at
 * which the kernel can take the connection over (NBD proto.md, "Newstyle
 * negotiation"). */
#ifndef VF_INITRAMFS_NBD_HELLO_H
#define VF_INITRAMFS_NBD_HELLO_H

#include <stdint.h>

/* Connects to the server at socket_path and asks for export.  Sets *size, in
 * bytes, and *flags, the transmission flags.  Returns the connection; or -1
 * with errno, which is EPROTO if that is no NBD server and ENOENT if the server
 * does not have the export. */
int nbd_hello(const char *socket_path, const char *export, uint64_t *size,
	      uint16_t *flags);

#endif
