/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* write_all: all of a buffer to a file, or an error. */
#ifndef VF_LIB_WRITE_ALL_H
#define VF_LIB_WRITE_ALL_H

#include <stddef.h>

/* 0, or -1 and errno. */
int write_all(int fd, const void *buf, size_t len);

#endif
