/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* dnsmasq_conf: writes dnsmasq's configuration, which dnsmasq reads when it
 * starts, and its list of hosts, which dnsmasq reads again on SIGHUP.
 *
 * Without --proxy dnsmasq answers only the machines in the list of hosts.  When
 * a machine first asks, addresses.c chooses its address, not dnsmasq: dnsmasq
 * would not reserve that address for the machine, and with dhcp-sequential-ip
 * would offer the same address to many machines.  So a machine that is seen for
 * the first time gets no answer until it asks again, some seconds later; from
 * then on it is answered at once. */
#ifndef VF_BOOT_DNSMASQ_CONF_H
#define VF_BOOT_DNSMASQ_CONF_H

#include "boot/config.h"

/* Paths of the files that dnsmasq reads, writes or serves. */
struct dnsmasq_paths {
	char *conf, *hosts, *leases;
	char *tftp; /* the directory that TFTP serves */
};

/* Sets the paths in *f to places in the directory dir.  Returns 0, or -1 with
 * errno ENOMEM, or EINVAL if dnsmasq could not read such a path in its
 * configuration. */
int dnsmasq_paths_set(struct dnsmasq_paths *f, const char *dir);
void dnsmasq_paths_free(struct dnsmasq_paths *f);

/* Writes the configuration to `to`, for the boot loaders that are in the TFTP
 * directory.  Returns 0, or -1 if writing has failed. */
int dnsmasq_conf_write(const struct boot_config *c,
		       const struct dnsmasq_paths *f, FILE *to);
/* Writes the list of hosts to `to`, with each machine that has an address and a
 * name.  Returns 0, or -1 if writing has failed. */
int dnsmasq_hosts_write(struct machines *ms, FILE *to);

#endif
