/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* config: the settings of `vfield boot`, and the defaults that the network
 * gives.
 */
#ifndef VF_BOOT_CONFIG_H
#define VF_BOOT_CONFIG_H

#include "lib/options.h"
#include "boot/card.h"
#include "boot/machines.h"

#define PORT_BOOT 10811
#define CONFIG_RANGE_MAX MACHINES_MAX /* addresses */

struct boot_settings {
	const char *config;
	const char *run_dir;
	const char *state;
	const char *interface;
	const char *range;
	bool proxy;
	const char *gateway;
	struct option_list dns;
	const char *domain;
	const char *names;
	const char *machines;
	const char *files;
	const char *append;
	uint64_t http_port;
	bool verbose;
	bool dry_run;
};

struct boot_config {
	struct boot_settings set;
	struct card card;
	uint32_t first, last; /* the range; 0 with --proxy */
	uint32_t gateway;     /* 0: none */
	uint32_t dns[CARD_DNS_MAX];
	size_t ndns;
	const char *state; /* directory of what outlives the service */
};

/* Exits with 2, and says why, if a word is wrong, with 1 if the network or the
 * files are not as they must be; with 0 after --help and -n. */
void boot_config_parse(int argc, char **argv, struct boot_config *c);
/* Reads the list of machines, if there is one, into ms.  -1: the log says
 * why. */
int boot_config_machines(const struct boot_config *c, struct machines *ms);
bool boot_config_in_range(const struct boot_config *c, uint32_t ip);

#endif
