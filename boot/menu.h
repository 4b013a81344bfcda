/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* menu: what each machine is told to boot: the offered image, by the script
 * that it gets. */
#ifndef VF_BOOT_MENU_H
#define VF_BOOT_MENU_H

#include "boot/boot.h"

/* malloc'ed.  NULL: nothing is offered yet. */
char *menu_script(struct boot *b, const struct http_client *who);
/* What pxelinux reads is written anew. */
void menu_refresh(struct boot *b);

#endif
