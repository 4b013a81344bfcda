/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* watch: shows the output of a command once, or again and again on a terminal.
 *
 * On a terminal, a line that is too long goes on in the next row (fold.h).
 * Output that is shown again and again stays on one screen: it begins at the
 * top, lines for which there is no room are counted, and the key q ends the
 * program.
 */
#ifndef VF_VFIELD_WATCH_H
#define VF_VFIELD_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "vfield/node_config.h"

struct watch {
	/* the command's name, with which messages on stderr begin */
	const char *who;
	bool on; /* the option --watch was given */
	/* seconds of --watch=SECONDS or --interval; 0: not given */
	uint64_t interval;
	bool raw; /* the output is for programs, so its lines are not folded */
};

/* Options of a command that shows something.  The struct that the command
 * defines as OPT_SETTINGS has the fields config, run_dir, json and watch. */
#define WATCH_OPTIONS                                                          \
	NODE_OPTIONS("is asked"),                                              \
	    OPT("json", 'j', FLAG, json, NULL,                                 \
		"as the router says it, for programs"),                        \
	    OPT("watch", 'w', FLAG, watch.on, NULL,                            \
		"go on showing it, every second or as --watch=SECONDS says"),  \
	    OPT("interval", 0, NUMBER, watch.interval, "SECONDS",              \
		"the same as --watch=SECONDS")

#define WATCH_INTERVAL 1 /* seconds, if --watch is given without a number */
#define WATCH_LONGEST 3600

/* Must be called before options_parse, which knows no options whose value may
 * be left out: replaces --watch=5, -w5 and -w 5 in argv by --interval and the
 * number.  A wrong number after --watch= or -w ends the program with status
 * 2. */
void watch_arguments(const char *program, int argc, char **argv);

/* Calls `show`, which writes to `to`, once or, if w->on, again and again.
 * Returns 0; or -1 if the first call of `show` or writing to stdout fails.
 * Later failures of `show` are ignored, since the node that it asks may come
 * back. */
int watch_run(const struct watch *w, int (*show)(FILE *to, void *ctx),
	      void *ctx);

/* Returns how many columns a line may have: $COLUMNS, else the width of the
 * terminal on stdout, else 80. */
unsigned watch_columns(void);
/* Returns the same as watch_columns, but 0 if neither $COLUMNS nor a terminal
 * tells the width. */
unsigned watch_columns_said(void);
/* Sets the program's locale for characters from the environment.  Returns true
 * if their encoding is UTF-8. */
bool watch_utf8(void);

#endif
