/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* config: reads the settings of `vfield boot`.  Settings that are not given get
 * defaults from this machine's network.
 */
#ifndef VF_BOOT_CONFIG_H
#define VF_BOOT_CONFIG_H

#include "lib/options.h"
#include "boot/card.h"
#include "boot/machines.h"

#define PORT_BOOT 10811
#define ADMIT_FILE "/etc/vfield/admitted"
/* most addresses that a range may have */
#define CONFIG_RANGE_MAX MACHINES_MAX

struct boot_settings {
	const char *config;
	const char *run_dir;
	const char *state;
	const char *interface;
	const char *range;
	bool proxy;
	bool bootp; /* answer machines that know BOOTP and no DHCP, too */
	const char *gateway;
	struct option_list dns;
	const char *domain;
	const char *names;
	const char *machines;
	const char *files;
	const char *append;
	/* machines that get the cluster key; NULL: none; "known": the machines
	 * in the administrator's list and those in ADMIT_FILE; "ask": only the
	 * latter */
	const char *admit;
	const char *admitted;
	const char *cluster_key;
	uint64_t http_port;
	bool verbose;
	bool dry_run;
};

struct boot_config {
	struct boot_settings set;
	struct card card;
	/* first and last address of the range; 0 with --proxy */
	uint32_t first, last;
	uint32_t gateway; /* default route of the machines; 0: none */
	uint32_t dns[CARD_DNS_MAX];
	size_t ndns;
	/* directory of the files that outlive a run of the service */
	const char *state;
	/* path of the list of the site's machines; NULL: none */
	const char *site_machines;
};

struct rights;

/* Reads options and configuration file into *c, and fills in the defaults.  On
 * failure prints the reason and exits: with status 2 if an option or argument
 * is wrong, with 1 if the network or a file is unfit.  After --help and -n
 * exits with 0. */
void boot_config_parse(int argc, char **argv, struct boot_config *c);
/* Reads the administrator's list of machines into ms: that of --machines, or
 * else the site's, if there is one.  Returns 0, or -1 after the log has said
 * why. */
int boot_config_machines(const struct boot_config *c, const struct rights *r,
			 struct machines *ms);
bool boot_config_in_range(const struct boot_config *c, uint32_t ip);

#endif
