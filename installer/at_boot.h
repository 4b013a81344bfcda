/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* at_boot: does the jobs that this machine is asked to do as it boots
 * (asked.h), and then restarts the machine if its host starts from its disk.
 *
 * A machine never restarts for ever.  It restarts when it has just done a job,
 * and it does each job once.  If all its jobs were done before, and it was
 * booted from the network all the same, it restarts only if the boot service
 * answers that it boots from its disk from now on.  A machine that no boot
 * service has booted, such as the first of a cluster, does not restart. */
#ifndef VF_INSTALLER_AT_BOOT_H
#define VF_INSTALLER_AT_BOOT_H

#include "installer/boot_service.h"
#include "installer/settings.h"

/* Returns 0, also if there is nothing to do; or -1 after the failure was
 * reported. */
int at_boot(const struct settings *set, struct boot_service *service);

#endif
