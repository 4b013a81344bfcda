/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* listen_unix: a listening Unix socket. */
#ifndef VF_LIB_LISTEN_UNIX_H
#define VF_LIB_LISTEN_UNIX_H

#include <sys/types.h>

/* Opens a non-blocking socket at path, in place of one that a dead process left
 * there; mode is the file's, 0: as the umask says.  -1: EADDRINUSE if somebody
 * answers there, EEXIST if it is no socket, ENAMETOOLONG, ...  The caller
 * closes it and unlinks path, which is no longer than a sun_path. */
int listen_unix(const char *path, mode_t mode, int backlog);

#endif
