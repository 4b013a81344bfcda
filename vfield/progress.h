/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* progress: shows with a bar on the terminal how far a long task has come. */
#ifndef VF_VFIELD_PROGRESS_H
#define VF_VFIELD_PROGRESS_H

#include <stdint.h>

#define PROGRESS_TEXT 80

/* Writes to `to` a bar for a task that has done `done` of `size` bytes in ns
 * nanoseconds, with the rate and the time that is left.  done must be less than
 * size. */
void progress_text(uint64_t done, uint64_t size, int64_t ns,
		   char to[PROGRESS_TEXT]);
/* Draws a bar on stderr, if that is a terminal.  The bar is removed when `done`
 * has reached size, or by progress_clear. */
void progress_show(uint64_t done, uint64_t size);
void progress_clear(void);

#endif
