/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* progress: shows a waiting user how far a running command has come.
 *
 * The log says what has begun.  On a terminal, a line with the progress is
 * drawn anew each second as well. */
#ifndef VF_MKIMAGE_PROGRESS_H
#define VF_MKIMAGE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PROGRESS_TEXT 128

struct progress {
	const char *what;
	uint64_t bytes; /* how many bytes the command will read; 0: unknown */
	int64_t began_ms;
	/* true: the terminal shows a line that progress_end() must erase */
	bool drawn;
};

void progress_begin(struct progress *p, const char *what, uint64_t bytes);
/* Waits until the process pid has ended, for at most a second or until a signal
 * comes.  Draws the line with the progress if the process still runs.  Returns
 * true if the process has ended, or cannot be watched. */
bool progress_wait(struct progress *p, pid_t pid);
/* Erases the line with the progress, if one is drawn.  p may be NULL. */
void progress_end(struct progress *p);

/* Writes the line with the progress to text: `done` bytes have been read, and
 * ms milliseconds have passed since the beginning. */
void progress_text(const struct progress *p, uint64_t done, int64_t ms,
		   char text[PROGRESS_TEXT]);

#endif
