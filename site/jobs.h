/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* jobs: reads and writes the list of what machines shall do once.
 *
 * The signed words "jobs" and "repair" (authority/word.h) each name an image
 * that is such a list: a text with a line for each job,
 *
 *   NUMBER install|repair HOST|MAC EXPIRY [wipe]
 *   NUMBER copy HOST EXPIRY IMAGE PATH [replace]
 *
 * A job's number is greater than that of all jobs before it; it is the time, in
 * seconds since 1970, at which the job was given, or a little more.  HOST is a
 * host of the site, MAC a card's address in lower case.  EXPIRY is in seconds
 * since 1970.  A machine keeps the number of the last job that it has done on
 * its disk, and does no job with this number or a lower one.  So it does each
 * job once, in whatever order and however often it gets the lists.  Copies are
 * apart: each path has a number of its own (vfield/agent_copies.h).  IMAGE is
 * an image's id in 64 hexadecimal digits, PATH the file that becomes the image.
 *
 * The word "repair" may be signed by a restricted key, so only repairs are
 * taken from its list.  A line that is no job, or a job of an unknown kind, is
 * skipped, since a list may be written for newer machines.  Lines that begin
 * with '#' and empty lines are comments.
 *
 * Pure but for jobs_load.
 * Limits   JOBS_FILE_MAX bytes, JOBS_MAX jobs; more are an error. */
#ifndef VF_SITE_JOBS_H
#define VF_SITE_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/digest.h"
#include "site/name_set.h"

#define JOBS_MAX 8192
/* Most bytes of a line, with the newline; jobs_print() prints shorter ones. */
#define JOBS_LINE_MAX 512
/* Most bytes of a list: room for JOBS_MAX of the longest lines, so that each
 * list that can be signed can also be read. */
#define JOBS_FILE_MAX (JOBS_MAX * JOBS_LINE_MAX)
#define JOBS_DUE_MAX 2 /* most jobs that a machine has to do at a time */

#define JOBS_PATH_MAX 200 /* bytes of a path, with the NUL */

enum jobs_verb { JOBS_INSTALL, JOBS_REPAIR, JOBS_COPY };

struct jobs_line {
	uint64_t number; /* from 1 to INT64_MAX */
	enum jobs_verb verb;
	char who[NAME_MAX_BYTES]; /* a host's name or a card's address */
	uint64_t expires_s;       /* seconds since 1970 */
	/* the disk may be overwritten even if other data are on it */
	bool wipe;
	/* for a copy: the image, the path, and whether a file that is there may
	 * be replaced */
	struct digest image;
	char path[JOBS_PATH_MAX];
	bool replace;
};

/* A set of jobs; all zeros is the empty set. */
struct jobs {
	struct jobs_line *v;
	size_t n;
	size_t skipped; /* how many lines were no jobs */
};

/* Adds the jobs in a text to the set; if `repairs`, only the repairs.  Returns
 * 0; -1 and errno: EFBIG if there are too many bytes or jobs, or ENOMEM. */
int jobs_read(struct jobs *j, const char *text, size_t len, bool repairs);
/* Does what jobs_read does, with the text of the file at path. */
int jobs_load(struct jobs *j, const char *path, bool repairs);
void jobs_free(struct jobs *j);

/* Adds the job l to the set.  Returns 0; -1 and errno: EFBIG or ENOMEM. */
int jobs_add(struct jobs *j, const struct jobs_line *l);
/* Removes from the set the jobs that have expired at now_s.  If l is not NULL,
 * also removes those of its kind for the same host or card, of copies those to
 * the same path. */
void jobs_drop(struct jobs *j, uint64_t now_s, const struct jobs_line *l);
/* Returns the highest number of a job in the set; 0: it is empty. */
uint64_t jobs_highest(const struct jobs *j);
/* Prints the set as a list; the parameters are those that write_anew() wants.
 */
void jobs_print(FILE *to, const void *jobs);

/* Writes to `due` the jobs of the machine that has one of the names: the newest
 * installation, and after it the newest repair, if that has a higher number.
 * Older ones count as superseded.  Returns how many jobs it has written.  If a
 * clock shows less than a job's number, the clock is wrong, and the job does
 * not expire by it. */
size_t jobs_due(const struct jobs *j, const struct name_set *names,
		uint64_t now_s, struct jobs_line due[JOBS_DUE_MAX]);

/* Returns the copy for the host with the lowest number above `above`, of equal
 * numbers the first; NULL: there is none, or all have expired. */
const struct jobs_line *jobs_copy_after(const struct jobs *j, const char *host,
					uint64_t now_s, uint64_t above);
/* Returns true if a copy may be made at the path: it begins with a slash, each
 * part of it is a name, not "." or "..", and it has no blanks, quotes or
 * control characters. */
bool jobs_path_ok(const char *path);

const char *jobs_verb_text(enum jobs_verb v);

#endif
