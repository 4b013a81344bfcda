/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* pass_fds: messages with descriptors between two processes of one machine
 * (SCM_RIGHTS, unix(7)), by a socket of SOCK_SEQPACKET.
 */
#ifndef VF_LIB_PASS_FDS_H
#define VF_LIB_PASS_FDS_H

#include <stddef.h>
#include <sys/types.h>

#define PASS_FDS_MAX 8 /* the most descriptors of a message */

/* Sends len bytes with n descriptors, which stay open here.  Returns 0, or -1
 * and errno. */
int pass_fds_send(int socket, const void *bytes, size_t len, const int *fds,
		  size_t n);
/* Waits for a message of at most len bytes.  Sets *n to the number of its
 * descriptors, which the caller closes.  Returns the number of bytes; 0: the
 * other end was closed; or -1 and errno. */
ssize_t pass_fds_receive(int socket, void *bytes, size_t len,
			 int fds[PASS_FDS_MAX], size_t *n);

#endif
