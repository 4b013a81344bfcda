/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* at_boot: does the jobs that this machine is asked to do as it boots
 * (asked.h), and then restarts the machine if its host starts from its disk.
 *
 * A machine never restarts for ever: it does so when it has just done a job,
 * which it does once; and where it had done all of them before, only if the
 * boot service, which has booted it from the network all the same, answers that
 * it will not do so again.  One that no boot service has booted, such as the
 * first of a cluster, does not restart.
 */
#ifndef VF_INSTALLER_AT_BOOT_H
#define VF_INSTALLER_AT_BOOT_H

#include "installer/boot_service.h"
#include "installer/settings.h"

/* Returns 0, also if there is nothing to do; or -1 with the failure told. */
int at_boot(const struct settings *set, struct boot_service *service);

#endif
