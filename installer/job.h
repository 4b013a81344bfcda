/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* job: an installation or a repair, from its first module to its last.
 *
 * The module init comes before the disk is chosen, so it may bring the disk's
 * driver.  Then the disk is chosen (find_disk.h), and each module's end stamped
 * on it (stamp.h): a job that a power cut has ended goes on where it was, and a
 * job that has a number and is done is not done again.
 */
#ifndef VF_INSTALLER_JOB_H
#define VF_INSTALLER_JOB_H

#include "installer/settings.h"

/* Does the job, or says what would be done.  Where stdin is a terminal, a
 * module that fails is run again when Return is typed.  Returns 0, or -1 with
 * the failure told. */
int job_run(const struct settings *s);

#endif
