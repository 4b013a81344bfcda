/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* pread_all: all of a range of a file, or an error. */
#ifndef VF_LIB_PREAD_ALL_H
#define VF_LIB_PREAD_ALL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* 0, or -1 and errno: ENODATA if the file ends before. */
int pread_all(int fd, uint8_t *buf, size_t len, off_t at);

#endif
