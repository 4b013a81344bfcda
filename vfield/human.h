/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* human: numbers and names as a person wants to read them. */
#ifndef VF_VFIELD_HUMAN_H
#define VF_VFIELD_HUMAN_H

#include <stddef.h>
#include <stdint.h>

#define HUMAN_TEXT 32

/* "0 B", "128 KiB", "1.5 GiB". Returns to. */
char *human_bytes(uint64_t bytes, char to[HUMAN_TEXT]);
/* "42 s", "3 min 5 s", "2 d 4 h". */
char *human_seconds(uint64_t seconds, char to[HUMAN_TEXT]);

/* A text that came from outside, for a terminal: what is not printable ASCII
 * becomes '?', what does not fit is cut.  size with the NUL, at least 1. */
char *human_clean(const char *text, char *to, size_t size);

#endif
