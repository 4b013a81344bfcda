/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* http_range: the part of a file that a client asks for, RFC 9110 14.1.2. */
#ifndef VF_BOOT_HTTP_RANGE_H
#define VF_BOOT_HTTP_RANGE_H

#include <stdint.h>

/* Reads "bytes=A-B", "bytes=A-" or "bytes=-N" of a file.  -1, EINVAL: another
 * text, to be ignored; ERANGE: no byte of the range is in the file. */
int http_range(const char *text, uint64_t size, uint64_t *first,
	       uint64_t *length);

#endif
