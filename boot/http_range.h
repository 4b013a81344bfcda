/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* http_range: reads which part of a file a client asks for (RFC 9110, 14.1.2).
 */
#ifndef VF_BOOT_HTTP_RANGE_H
#define VF_BOOT_HTTP_RANGE_H

#include <stdint.h>

/* Reads `text`, the value "bytes=A-B", "bytes=A-" or "bytes=-N" of a header
 * Range, for a file of `size` bytes.  Sets *first and *length to the first byte
 * and the number of bytes to be sent, and returns 0.  Returns -1 with errno
 * EINVAL if the text has another form, so that the header must be ignored, or
 * ERANGE if no byte of the range is in the file. */
int http_range(const char *text, uint64_t size, uint64_t *first,
	       uint64_t *length);

#endif
