/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* pread_all: reads a whole range of a file, or fails. */
#ifndef VF_LIB_PREAD_ALL_H
#define VF_LIB_PREAD_ALL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Reads len bytes at the offset `at` of the file.  Returns 0, or -1 and errno;
 * ENODATA: the file ends before the range does. */
int pread_all(int fd, uint8_t *buf, size_t len, off_t at);

#endif
