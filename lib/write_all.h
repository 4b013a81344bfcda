/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* write_all: writes a whole buffer to a file, or fails. */
#ifndef VF_LIB_WRITE_ALL_H
#define VF_LIB_WRITE_ALL_H

#include <stddef.h>

/* Writes len bytes of buf to fd.  Returns 0, or -1 and errno. */
int write_all(int fd, const void *buf, size_t len);

#endif
