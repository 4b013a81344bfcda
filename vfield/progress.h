/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* progress: a bar on a terminal for what takes a while. */
#ifndef VF_VFIELD_PROGRESS_H
#define VF_VFIELD_PROGRESS_H

#include <stdint.h>

#define PROGRESS_TEXT 80

/* The bar after so many nanoseconds, with the rate and the time that is left.
 * done is less than size. */
void progress_text(uint64_t done, uint64_t size, int64_t ns,
		   char to[PROGRESS_TEXT]);
/* Draws a bar on stderr, if that is a terminal, which goes at the end or by
 * progress_clear. */
void progress_show(uint64_t done, uint64_t size);
void progress_clear(void);

#endif
