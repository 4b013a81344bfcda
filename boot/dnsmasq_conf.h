/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* dnsmasq_conf: dnsmasq's configuration, read once a start, and its list of
 * hosts, read again on SIGHUP.
 *
 * dnsmasq answers those in the list, and nobody else.  Which address a machine
 * gets is decided here (progress.c) when it first asks: dnsmasq's own choice is
 * not bound to the machine, and with dhcp-sequential-ip it offers the same
 * address to all of a crowd.  So a machine that nobody has seen before is
 * answered when it asks again, a second or some later; and never after.
 */
#ifndef VF_BOOT_DNSMASQ_CONF_H
#define VF_BOOT_DNSMASQ_CONF_H

#include "boot/config.h"

struct dnsmasq_files {
	char *conf, *hosts, *leases, *tftp; /* paths */
};

/* The paths, for a directory of ours.  -1: ENOMEM; EINVAL: dnsmasq could not
 * read such a path. */
int dnsmasq_files_set(struct dnsmasq_files *f, const char *dir);
void dnsmasq_files_free(struct dnsmasq_files *f);

/* The configuration's text, for what there is in the TFTP directory. */
int dnsmasq_conf_write(const struct boot_config *c,
		       const struct dnsmasq_files *f, FILE *to);
/* The machines that are answered, with their addresses and names. */
int dnsmasq_hosts_write(struct machines *ms, FILE *to);

#endif
