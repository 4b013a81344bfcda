/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* service: starts the boot service, runs its loop and ends it. */
#ifndef VF_BOOT_SERVICE_H
#define VF_BOOT_SERVICE_H

#include "boot/config.h"

/* Runs the boot service until a signal ends it or it fails.  Returns the
 * process's exit status. */
int service_run(const struct boot_config *config);

#endif
