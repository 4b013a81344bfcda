/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* job: an installation or a repair, from its first module to its last.
 *
 * The module init comes before the disk is chosen, so it may bring the disk's
 * driver.  Then the disk is chosen (find_disk.h), and each module's end stamped
 * on it (stamp.h): a job that a power cut has ended goes on where it was, and a
 * job that has a number is not done if the disk says that this host has done it
 * or a later one.
 */
#ifndef VF_INSTALLER_JOB_H
#define VF_INSTALLER_JOB_H

#include "installer/boot_service.h"
#include "installer/settings.h"

enum job_end {
	JOB_FAILED,      /* the failure was told */
	JOB_DONE,        /* now, or what would be done was said */
	JOB_DONE_BEFORE, /* nothing was done */
};

/* Does the job, or says what would be done, and tells the boot service.  Where
 * stdin is a terminal, a module that fails is run again when Return is typed.
 */
enum job_end job_run(const struct settings *s, struct boot_service *service);

#endif
