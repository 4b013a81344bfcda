/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* listen_unix: opens a listening Unix socket. */
#ifndef VF_LIB_LISTEN_UNIX_H
#define VF_LIB_LISTEN_UNIX_H

#include <sys/types.h>

/* Opens a non-blocking listening socket at `path`; replaces a socket that a
 * dead process left there.  The socket's file gets the permissions `mode`; 0:
 * those that the umask leaves.  Returns the descriptor, or -1 and errno:
 * EADDRINUSE if a process listens there, EEXIST if `path` is no socket,
 * ENAMETOOLONG if `path` does not fit in sun_path, ...  The caller closes the
 * descriptor and unlinks path. */
int listen_unix(const char *path, mode_t mode, int backlog);
/* Lets the group, and nobody else but the owner, connect to the socket at
 * `path`; 0: changes nothing.  Returns 0, or -1 and errno. */
int listen_unix_share(const char *path, gid_t group);

#endif
