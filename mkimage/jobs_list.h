/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* jobs_list: makes the first list of jobs (site/jobs.h), by which hosts of a
 * new room install themselves with no key pressed. */
#ifndef VF_MKIMAGE_JOBS_LIST_H
#define VF_MKIMAGE_JOBS_LIST_H

#include "lib/digest.h"

/* name of the list's file, in the output directory and on the medium */
#define JOBS_LIST_FILE "jobs.list"
#define JOBS_LIST_NAME "jobs" /* name of the list in its manifest */
/* Days for which machines that boot from a new medium follow its list of jobs
 * and install themselves.  Arbitrary: within a month a room is set up.  A
 * longer time would do no harm, since the jobs write only blank disks and disks
 * that the site has installed before. */
#define JOBS_LIST_DAYS 30

/* Checks that the site in the directory `site` has the hosts that `nodes` means
 * (site/ranges.h).  Returns 0, or -1 with the error logged. */
int jobs_list_check(const char *site, const char *nodes);
/* Writes the list by which the hosts that `nodes` means install themselves, and
 * the list's manifest, to the directory dir, and the list's id in hexadecimal
 * to id.  If nodes is NULL, writes no list, and "" to id.  Returns 0, or -1
 * with the error logged. */
int jobs_list_make(const char *site, const char *nodes, const char *dir,
		   char id[DIGEST_HEX]);

#endif
