/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* service: the boot service, from its start to its end. */
#ifndef VF_BOOT_SERVICE_H
#define VF_BOOT_SERVICE_H

#include "boot/config.h"

/* Runs until a signal says to stop.  Returns the exit status. */
int service_run(const struct boot_config *config);

#endif
