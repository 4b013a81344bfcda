/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* job: does an installation or a repair, from its first module to its last.
 *
 * The module `init` runs before the disk is chosen, so it may load the disk's
 * driver.  Then the disk is chosen (find_disk.h).  The end of each module is
 * noted in the disk's stamp (stamp.h).  So a job that was cut short, as by a
 * power cut, goes on where it was.  A job with a number is not done if, by the
 * stamp, this host has done that job or a later one. */
#ifndef VF_INSTALLER_JOB_H
#define VF_INSTALLER_JOB_H

#include "installer/boot_service.h"
#include "installer/settings.h"

enum job_end {
	JOB_FAILED, /* the failure was reported */
	/* the job was done now; or, with --dry-run, was described */
	JOB_DONE,
	JOB_DONE_BEFORE, /* the job was done before, so nothing was done */
};

/* Does the job, or with --dry-run prints what would be done, and reports to the
 * boot service.  If stdin is a terminal, and a module fails, the module runs
 * again when the person there types Return. */
enum job_end job_run(const struct settings *s, struct boot_service *service);

#endif
