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
/* The same in 8 characters: no decimals from 100 on. */
char *human_bytes_short(uint64_t bytes, char to[HUMAN_TEXT]);
/* "42 s", "3 min 5 s", "2 d 4 h". */
char *human_seconds(uint64_t seconds, char to[HUMAN_TEXT]);
/* "42 s", "3 min", "4 h", "2 d": whole ones. */
char *human_ago(uint64_t seconds, char to[HUMAN_TEXT]);
/* "all" only if it is; else "99.9 %", rounded down. */
char *human_share(uint64_t part, uint64_t whole, char to[HUMAN_TEXT]);

/* A text that came from outside, for a terminal: what is not printable ASCII
 * becomes '?', what does not fit is cut.  size with the NUL, at least 1. */
char *human_clean(const char *text, char *to, size_t size);
/* Shortens a text in place to `width' characters, in the middle, since names of
 * a room differ at their ends: "pc-r..-017". */
char *human_fit(char *text, size_t width);

#endif
