/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* progress: how far a command is, for who waits for it.
 *
 * On a terminal a line is drawn anew each second; elsewhere one line says what
 * is begun. */
#ifndef VF_MKIMAGE_PROGRESS_H
#define VF_MKIMAGE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PROGRESS_TEXT 128

struct progress {
	const char *what;
	uint64_t bytes; /* bytes that the command will read; 0: unknown */
	int64_t began_ms;
	bool drawn; /* a line was drawn, and not ended */
};

void progress_begin(struct progress *p, const char *what, uint64_t bytes);
/* Waits a second, or until the command has ended, or a signal has come, and
 * draws.  True: the command has ended, or it cannot be watched. */
bool progress_wait(struct progress *p, pid_t pid);
/* Ends the line.  p may be NULL. */
void progress_end(struct progress *p);

/* The line's text, for done bytes after so long. */
void progress_text(const struct progress *p, uint64_t done, int64_t ms,
		   char text[PROGRESS_TEXT]);

#endif
