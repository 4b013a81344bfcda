/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nbd_hello: connects to an NBD server on a Unix socket, up to the point at
 * which the kernel can take the connection over (NBD proto.md, "Newstyle
 * negotiation"). */
#ifndef VF_INITRAMFS_NBD_HELLO_H
#define VF_INITRAMFS_NBD_HELLO_H

#include <stdint.h>

/* Connects to the server at socket_path and asks for the export with the name
 * `export`.  Sets *size, in bytes, and *flags, the transmission flags.  Returns
 * the connection; or -1 and sets errno, to EPROTO if no NBD server answers and
 * to ENOENT if the server does not have the export. */
int nbd_hello(const char *socket_path, const char *export, uint64_t *size,
	      uint16_t *flags);

#endif
