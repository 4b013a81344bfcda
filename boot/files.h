/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* files: writes the files of the boot service.
 *
 *   RUNDIR/boot/machines.json   machines and their stages, for `vfield status`
 *   RUNDIR/boot/hosts           the list of hosts for dnsmasq (dnsmasq_conf.h)
 *   RUNDIR/boot/tftp/           what TFTP and HTTP serve (offer.h, loaders.h)
 *   STATE/leases                address and name of each machine
 *
 * A file is written beside the old one and renamed, so nobody reads half of it.
 */
#ifndef VF_BOOT_FILES_H
#define VF_BOOT_FILES_H

#include "boot/boot.h"

/* Makes the directories and the links to boot loaders, takes the run
 * directory's lock, and reads the administrator's list of machines and the
 * leases of an earlier run.  Returns 0, or -1 after the log has said why. */
int files_open(struct boot *b);
void files_close(struct boot *b);
/* Returns the path of the directory RUNDIR/boot. */
const char *files_dir(const struct files *f);
/* Schedules writing the files machines.json and leases a moment later, with the
 * state of that moment. */
void files_soon(struct boot *b);
/* Called when the address or name of a machine has changed.  Schedules writing
 * dnsmasq's list of hosts a moment later, after which dnsmasq reads it again.
 * Does what files_soon does, too. */
void files_hosts(struct boot *b);
/* Writes dnsmasq's configuration and list of hosts, before dnsmasq is started.
 * Returns 0, or -1 after the log has said why. */
int files_dnsmasq(struct boot *b);
/* Writes `text` to pxelinux's configuration file in the TFTP directory. */
void files_pxelinux(struct boot *b, const char *text);

#endif
