/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* asked: finds the jobs that this machine is asked to do as it boots.
 *
 * If the kernel's command line names a trusted key, the jobs are those of the
 * lists in the run directory (site/jobs.h).  The initramfs has put the lists
 * there, from an image that a signed word names.  The command line asks for no
 * job then, since whoever answers PXE first writes it.  Without a trusted key
 * only the command line asks for a job (kernel_word.h).  A job that names a
 * host is done only by the machine that has this name and, if the site gives
 * the host a card, that card. */
#ifndef VF_INSTALLER_ASKED_H
#define VF_INSTALLER_ASKED_H

#include "installer/settings.h"
#include "site/jobs.h"

#define ASKED_JOBS "jobs.list"     /* name of the list of all jobs */
#define ASKED_REPAIR "repair.list" /* name of the list of repairs */

/* Finds the jobs for this machine, in the order in which they are to be done.
 * The caller has set s->kernel_line, run_dir and host.  Returns how many jobs
 * there are, or -1 with the error logged. */
int asked_find(struct settings *s, struct jobs_line due[JOBS_DUE_MAX]);

#endif
