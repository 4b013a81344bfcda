/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* asked: the jobs that this machine is asked to do as it boots.
 *
 * Where the kernel's command line names a trusted key these are jobs of the
 * lists in the directory of the run (site/jobs.h), which the initramfs has put
 * there: they come from an image that a signed word names.  Without a key only
 * the command line asks (kernel_word.h); with one it does not, since whoever
 * answers PXE first writes it.  A job that names a host is done by the machine
 * that has this name and, where the site gives the host a card, that card.
 */
#ifndef VF_INSTALLER_ASKED_H
#define VF_INSTALLER_ASKED_H

#include "installer/settings.h"
#include "site/jobs.h"

#define ASKED_JOBS "jobs.list"     /* name of the list of all jobs */
#define ASKED_REPAIR "repair.list" /* name of the list of repairs */

/* Finds the jobs for this machine, in the order in which they are to be done.
 * s->kernel_line, run_dir and host are set.  Returns how many there are, or -1
 * with the error logged. */
int asked_find(struct settings *s, struct jobs_line due[JOBS_DUE_MAX]);

#endif
