/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* hook: runs a program of a plugin in the root of a system, within limits.
 *
 * The program runs as root, chrooted, in namespaces of its own for processes
 * and mounts, so that none of its processes outlives it.  For it alone, the
 * plugin's directory is mounted at HOOK_PLACE, as its working directory, and
 * the site's directory at HOOK_SITE.  Its standard input is empty.  If memory
 * runs out, the kernel kills it before other programs.
 *
 * The hook dies with the process that called hook_run.
 *
 * Limits   of time; of HOOK_FILE_MAX bytes for each file; of the free bytes
 * that
 *          the root's file system may lose meanwhile, so that a hook that fills
 *          it is killed while there is room left. */
#ifndef VF_SITE_HOOK_H
#define VF_SITE_HOOK_H

#include <stddef.h>
#include <stdint.h>

#define HOOK_PLACE "run/vfield/plugin"
#define HOOK_SITE "run/vfield/site"
/* Seconds that a hook may take.  Arbitrary: on an idle machine a hook of a
 * shipped plugin takes a second, but its programs come over the network while a
 * whole room starts. */
#define HOOK_SECONDS 300
#define HOOK_FILE_MAX (256U << 20)
#define HOOK_FILL_MAX (256U << 20) /* bytes */
/* A hook may use at most one HOOK_FILL_SHARE-th of the bytes that are free at
 * its start. */
#define HOOK_FILL_SHARE 2
/* Bytes of data that each process of a hook may have in a running system.
 * Arbitrary: many times what a shell or a service's command needs. */
#define HOOK_MEMORY_MAX (512U << 20)
/* bytes of a hook's output that are kept, with the NUL */
#define HOOK_SAID 1024
/* most bytes that a program NAME.gen may print */
#define HOOK_PRINT_MAX (4U << 20)

struct hook {
	const char *root; /* path of the system's root */
	const char *dir;  /* path of the plugin's directory */
	/* path of the site's directory; NULL: there is none */
	const char *site;
	const char *program;  /* path of the program in dir */
	const char *argument; /* may be NULL */
	char **env;
	unsigned seconds;    /* how many seconds the hook may take */
	uint64_t memory_max; /* bytes of data of each process; 0: no limit */
	/* most bytes that the root's file system may lose; 0: no limit */
	uint64_t fill_max;
	/* true: stdout is kept in `printed`; false: in `said`, like stderr */
	int keep_stdout;
};

enum hook_end {
	HOOK_OK,
	HOOK_FAILED,  /* the program ended with another status than 0 */
	HOOK_NOT_RUN, /* the program could not be started */
	HOOK_LATE,    /* killed, since its time was over */
	/* killed, since the root's file system lost too many bytes */
	HOOK_FILLED,
	HOOK_PRINTED, /* killed, since it printed too much */
	HOOK_ENDS,
};

struct hook_result {
	enum hook_end end;
	int status; /* as from waitpid; 0 if no process was started */
	int64_t took_ms;
	/* the first bytes of output, in printable ASCII */
	char said[HOOK_SAID];
	char *printed; /* stdout, if keep_stdout; for free() */
	size_t nprinted;
};

/* Returns a word for the way in which a hook ended, such as "failed". */
const char *hook_end_word(enum hook_end e);
/* Runs the hook until it ends or is killed, and fills in *r. */
void hook_run(const struct hook *h, struct hook_result *r);

#endif
