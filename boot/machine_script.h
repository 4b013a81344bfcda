/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* machine_script: makes the boot script for a machine from the image that is
 * offered to the machine and the nodes of the cluster. */
#ifndef VF_BOOT_MACHINE_SCRIPT_H
#define VF_BOOT_MACHINE_SCRIPT_H

#include "boot/boot.h"

/* Returns the iPXE script for the client `who`, malloc'ed.  Returns NULL if no
 * image is offered yet, or if the script cannot be made. */
char *machine_script(struct boot *b, const struct http_client *who);
/* Writes pxelinux's configuration file again, if an image is offered. */
void machine_script_pxelinux(struct boot *b);

#endif
