/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* machine_script: the offered image as the script that each machine gets. */
#ifndef VF_BOOT_MACHINE_SCRIPT_H
#define VF_BOOT_MACHINE_SCRIPT_H

#include "boot/boot.h"

/* The script for a machine, malloc'ed.  NULL: nothing is offered yet. */
char *machine_script(struct boot *b, const struct http_client *who);
/* Writes pxelinux's configuration anew. */
void machine_script_pxelinux(struct boot *b);

#endif
