/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* human: writes numbers and names so that a person can read them well.  Each
 * function writes a text to a buffer and returns that buffer. */
#ifndef VF_VFIELD_HUMAN_H
#define VF_VFIELD_HUMAN_H

#include <stddef.h>
#include <stdint.h>

#define HUMAN_TEXT 32

/* Writes a number of bytes, as "0 B", "128 KiB" or "1.5 GiB". */
char *human_bytes(uint64_t bytes, char to[HUMAN_TEXT]);
/* Writes a number of bytes in at most 8 characters: as human_bytes does, but
 * without a decimal if the number is 100 or more of its unit. */
char *human_bytes_short(uint64_t bytes, char to[HUMAN_TEXT]);
/* Writes a duration in its two largest units: "42 s", "3 min 5 s",
 * "2 d 4 h". */
char *human_seconds(uint64_t seconds, char to[HUMAN_TEXT]);
/* Writes a duration in its largest unit alone, rounded down: "42 s", "3 min",
 * "4 h", "2 d". */
char *human_ago(uint64_t seconds, char to[HUMAN_TEXT]);
/* Writes `part` as a share of `whole`: "99.9 %", rounded down; "all" only if
 * nothing is missing. */
char *human_share(uint64_t part, uint64_t whole, char to[HUMAN_TEXT]);

/* Copies a text that came from another machine, to be shown on a terminal: each
 * byte that is not printable ASCII becomes '?', and what does not fit is cut
 * off.  size: bytes that `to` has, at least 1, including the final NUL. */
char *human_clean(const char *text, char *to, size_t size);
/* If a text is longer than `width` characters, shortens it in place by putting
 * ".."  in its middle, as in "pc-r..-017": names of a room's machines differ at
 * their ends. */
char *human_fit(char *text, size_t width);

#endif
