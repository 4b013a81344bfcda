/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot: the boot service's state, which its files share.
 *
 * The flow of a boot: a packet of DHCP (progress.c), the script and the files
 * by HTTP (menu.c, http.c), the machine as a node (progress.c).  Which image
 * that is, and where its kernel comes from: offer.c.  What has changed is kept
 * soon after, all of it at once (keep.c).
 */
#ifndef VF_BOOT_BOOT_H
#define VF_BOOT_BOOT_H

#include "lib/loop.h"
#include "boot/nodes.h"
#include "boot/config.h"
#include "boot/dhcp_packet.h"
#include "boot/dnsmasq.h"
#include "boot/dnsmasq_conf.h"
#include "boot/http.h"
#include "boot/offer.h"

#define BOOT_ROMS 1024

enum boot_role {
	ROLE_STARTING, /* the node is not there yet, or its image */
	ROLE_CHECKING, /* whether somebody else answers DHCP */
	ROLE_STANDBY,  /* another node answers */
	ROLE_ANSWERING,
};

struct boot {
	struct boot_config config;
	struct loop *loop;
	struct machines *machines;
	struct dnsmasq_files files;
	char *dir; /* RUNDIR/boot */
	int lock;
	struct dnsmasq *dnsmasq;
	struct http *http;
	struct nodes *nodes;
	struct offer *offer;

	enum boot_role role;
	bool told_ready, failed;
	uint32_t told_first; /* who answers, as last said */

	/* service.c: the check, and who else answers later */
	struct loop_source packets, solicitations;
	struct loop_timer check;
	unsigned checks;
	uint32_t check_xid;
	struct dhcp_packet other; /* .server == 0: none */
	int64_t warned_ns;

	/* progress.c: who asked last from a boot ROM, by the card's last
	 * bytes */
	struct {
		uint8_t mac[MAC_SIZE];
		bool rom;
	} asked[BOOT_ROMS];
	/* who is up by its address, before the others' word of its lease has
	 * come */
	struct {
		uint32_t ip;
		time_t at;
	} early[BOOT_ROMS];
	bool seen_view;

	/* keep.c */
	struct loop_timer keep, hosts;
	bool full; /* it was said that the range is */
};

#endif
