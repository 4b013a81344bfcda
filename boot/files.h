/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* files: what the boot service writes.
 *
 *   RUNDIR/boot/machines.json   who boots and how far, for `vfield status`
 *   RUNDIR/boot/hosts           for dnsmasq, see dnsmasq_conf.h
 *   RUNDIR/boot/tftp/           what TFTP and HTTP serve, see offer.h
 *   STATE/leases                who has which address and name
 *
 * Each is replaced as a whole.
 */
#ifndef VF_BOOT_FILES_H
#define VF_BOOT_FILES_H

#include "boot/boot.h"

/* The directories, the lock, the links, and the machines as they were.  -1: it
 * has been said. */
int files_open(struct boot *b);
void files_close(struct boot *b);
/* Something has changed. */
void files_soon(struct boot *b);
/* An address or a name has changed: dnsmasq must know. */
void files_hosts(struct boot *b);
/* dnsmasq is about to be started: its files.  -1: it has been said. */
int files_dnsmasq(struct boot *b);
/* iPXE, if the offered image brings some, and --files do not.  It stays there
 * when that image goes.  True: there is some where there was none. */
bool files_loaders(struct boot *b);
/* pxelinux's file, where its loader is. */
void files_pxelinux(struct boot *b, const char *text);

#endif
