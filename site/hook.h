/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* hook: runs a program of a plugin in the root of a system, within limits.
 *
 * The program runs as root, chrooted, in namespaces of its own for processes
 * and mounts: its plugin's directory, which is its working directory, is
 * mounted at HOOK_PLACE for it alone, the site's at HOOK_SITE, and no process
 * outlives it.  Its standard input is empty.  The kernel kills it first where
 * memory lacks.
 *
 * The hook dies with the process that called hook_run.
 *
 * Limits   of time; of HOOK_FILE_MAX bytes a file; of what the root's file
 *          system may lose meanwhile, so that a hook that fills it is killed
 *          while there is room left.
 */
#ifndef VF_SITE_HOOK_H
#define VF_SITE_HOOK_H

#include <stddef.h>
#include <stdint.h>

#define HOOK_PLACE "run/vfield/plugin"
#define HOOK_SITE "run/vfield/site"
/* Limit of time of a hook; chosen.  On an idle machine one of ours takes a
 * second, but its programs come over the network while a whole room starts. */
#define HOOK_SECONDS 300
#define HOOK_FILE_MAX (256U << 20)
#define HOOK_FILL_MAX (256U << 20) /* bytes */
/* A hook may use one part in so many of the room that is free at its start. */
#define HOOK_FILL_SHARE 2
/* Bytes of data of a process of a hook in a running system; chosen: many times
 * what a shell or a service's command takes. */
#define HOOK_MEMORY_MAX (512U << 20)
#define HOOK_SAID 1024 /* bytes that are kept of what a hook says, and NUL */
#define HOOK_PRINT_MAX (4U << 20) /* bytes that a .gen may print */

struct hook {
	const char *root;     /* path of the system's root */
	const char *dir;      /* path of the plugin's directory */
	const char *site;     /* path of the site's; NULL: there is none */
	const char *program;  /* path in dir */
	const char *argument; /* may be NULL */
	char **env;
	unsigned seconds;    /* limit of time */
	uint64_t memory_max; /* bytes of data of each process; 0: no limit */
	/* limits of what the root's file system loses: 0: none */
	uint64_t fill_max;
	/* stdout is kept in `printed`; else it goes with stderr to `said` */
	int keep_stdout;
};

enum hook_end {
	HOOK_OK,
	HOOK_FAILED,  /* ended by itself, with another status than 0 */
	HOOK_NOT_RUN, /* could not be started */
	HOOK_LATE,    /* killed: its time was over */
	HOOK_FILLED,  /* killed: the file system lost too much */
	HOOK_PRINTED, /* killed: it printed too much */
	HOOK_ENDS,
};

struct hook_result {
	enum hook_end end;
	int status; /* as waitpid gives it; errno for HOOK_NOT_RUN */
	int64_t took_ms;
	char said[HOOK_SAID]; /* the first that it said, printable ASCII */
	char *printed;        /* output, with keep_stdout; for free() */
	size_t nprinted;
};

/* Returns a word for the end, such as "failed". */
const char *hook_end_word(enum hook_end e);
/* Runs the hook until it ends, and sets *r. */
void hook_run(const struct hook *h, struct hook_result *r);

#endif
