/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* hex: converts bytes to hexadecimal digits, two for each byte, and back. */
#ifndef VF_LIB_HEX_H
#define VF_LIB_HEX_H

#include <stdbool.h>
#include <stddef.h>

/* Writes the digits of n bytes, in lower case, and a NUL to `to`, which has
 * room for 2 * n + 1.  Returns the place of the NUL. */
char *hex_write(const void *bytes, size_t n, char *to);
/* Reads n bytes from the 2 * n digits, of either case, at `digits`; what
 * follows them is not looked at.  Returns false if fewer digits are there; some
 * bytes may have been written to `to` then. */
bool hex_read(const char *digits, void *to, size_t n);

#endif
