/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* dnsmasq_conf: dnsmasq's configuration, read once a start, and its list of
 * hosts, read again on SIGHUP.
 *
 * dnsmasq answers those in the list, and nobody else.  Which address a machine
 * gets is decided here (addresses.c) when it first asks: dnsmasq's own choice
 * is not bound to the machine, and with dhcp-sequential-ip it offers the same
 * address to all of a crowd.  So a machine that nobody has seen before is
 * answered when it asks again, a second or some later; and never after.
 */
#ifndef VF_BOOT_DNSMASQ_CONF_H
#define VF_BOOT_DNSMASQ_CONF_H

#include "boot/config.h"

/* Paths of the files that dnsmasq reads, writes or serves. */
struct dnsmasq_paths {
	char *conf, *hosts, *leases; /* files */
	char *tftp;                  /* a directory */
};

/* Names them in a directory of ours.  -1: ENOMEM; EINVAL: dnsmasq could not
 * read such a path. */
int dnsmasq_paths_set(struct dnsmasq_paths *f, const char *dir);
void dnsmasq_paths_free(struct dnsmasq_paths *f);

/* The configuration's text, for what there is in the TFTP directory. */
int dnsmasq_conf_write(const struct boot_config *c,
		       const struct dnsmasq_paths *f, FILE *to);
/* The machines that are answered, with their addresses and names. */
int dnsmasq_hosts_write(struct machines *ms, FILE *to);

#endif
