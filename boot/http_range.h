/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* http_range: the part of a file that a client asks for, RFC 9110 14.1.2. */
#ifndef VF_BOOT_HTTP_RANGE_H
#define VF_BOOT_HTTP_RANGE_H

#include <stdint.h>

/* "bytes=A-B", "bytes=A-", "bytes=-N" of a file: 0.  -1, EINVAL: not such a
 * text, to be ignored; ERANGE: nothing of it is in the file. */
int http_range(const char *text, uint64_t size, uint64_t *first,
	       uint64_t *length);

#endif
