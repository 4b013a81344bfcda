/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_machines: lists the machines of the site in force for the boot service:
 * lines "MAC NAME [ADDRESS] [disk] [job=N] [image=[NAME@]ID]"
 * (boot/machines.h), where "disk" stands for boot_from = disk, and N is the
 * number of the newest job that the administrator has signed for the machine
 * and that has not expired, whether it is done or not.
 */
#ifndef VF_VFIELD_SITE_MACHINES_H
#define VF_VFIELD_SITE_MACHINES_H

#include "vfield/site_fetch.h"

/* Prints the list on stdout.  Returns 0; -1: the log says why. */
int site_machines_print(const struct site_fetch *f);

#endif
