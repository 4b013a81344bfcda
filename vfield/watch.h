/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* watch: shows something once, or again and again on a terminal.
 *
 * On a terminal lines that are too long go on in the next one (fold.h).  What
 * is watched there stays on one screen: it begins at the top, what has no room
 * below is counted, and q ends it.
 */
#ifndef VF_VFIELD_WATCH_H
#define VF_VFIELD_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "vfield/node_config.h"

struct watch {
	const char *who;   /* the command, for what it says on stderr */
	bool on;           /* the option --watch was given */
	uint64_t interval; /* --interval, or --watch=SECONDS: it too means on */
	bool raw;          /* output for programs is never folded */
};

/* Options of a command that shows something.  OPT_SETTINGS is the command's,
 * and has config, run_dir, json and watch. */
#define WATCH_OPTIONS                                                          \
	NODE_OPTIONS("is asked"),                                              \
	    OPT("json", 'j', FLAG, json, NULL,                                 \
		"as the router says it, for programs"),                        \
	    OPT("watch", 'w', FLAG, watch.on, NULL,                            \
		"go on showing it, every second or as --watch=SECONDS says"),  \
	    OPT("interval", 0, NUMBER, watch.interval, "SECONDS",              \
		"the same as --watch=SECONDS")

#define WATCH_INTERVAL 1 /* seconds, where only --watch is said */
#define WATCH_LONGEST 3600

/* options_parse knows no option whose value may be left out: --watch=5, -w5 and
 * -w 5 become --interval=5 before it sees them.  Other values end the program
 * with status 2. */
void watch_arguments(const char *program, int argc, char **argv);

/* Calls show with where to write.  Its -1 ends it at the first time, and is
 * passed over later: what is watched may come back. */
int watch_run(const struct watch *w, int (*show)(FILE *to, void *ctx),
	      void *ctx);

/* Columns of the terminal that stdout is; 80 if it is none.  $COLUMNS wins. */
unsigned watch_columns(void);
/* The same, but 0 where neither says anything. */
unsigned watch_columns_said(void);
/* The locale's characters are UTF-8. */
bool watch_utf8(void);

#endif
