/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copy_job: makes the copies that a signed list of jobs (site/jobs.h) orders of
 * this machine.
 *
 * The site allows the directories below which a host takes copies (copy_to);
 * links within them lead nowhere else.  The file appears at its path as a whole
 * (fetch_file.h).  Beside it the hidden file `.NAME.copied` has the number of
 * the last job that has made it, so that each job makes it once, also if the
 * file was changed or removed since. */
#ifndef VF_VFIELD_COPY_JOB_H
#define VF_VFIELD_COPY_JOB_H

#include "vfield/agent_site.h"

/* Fetches the list of jobs, whose image is `id`, and makes the copies that it
 * orders of this machine and that were not made yet, which takes as long as it
 * takes.  Returns how many have failed, with the log saying why; -1: the list
 * or the site could not be read. */
int copy_jobs(const struct agent_site *a, const char *id);

#endif
