/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* files: the files that the boot service writes.
 *
 *   RUNDIR/boot/machines.json   who boots and how far, for `vfield status`
 *   RUNDIR/boot/hosts           for dnsmasq, see dnsmasq_conf.h
 *   RUNDIR/boot/tftp/           what TFTP and HTTP serve, see offer.h,
 *                               loaders.h
 *   STATE/leases                who has which address and name
 *
 * Each is replaced as a whole.
 */
#ifndef VF_BOOT_FILES_H
#define VF_BOOT_FILES_H

#include "boot/boot.h"

/* Makes the directories, the lock and the links, and reads the machines as they
 * were.  -1: the log says why. */
int files_open(struct boot *b);
void files_close(struct boot *b);
/* Has what changed written soon, with what else changes until then. */
void files_soon(struct boot *b);
/* Has dnsmasq know an address or a name that changed. */
void files_hosts(struct boot *b);
/* Writes dnsmasq's files, before its start.  -1: the log says why. */
int files_dnsmasq(struct boot *b);
/* Writes pxelinux's configuration, beside its loader. */
void files_pxelinux(struct boot *b, const char *text);

#endif
