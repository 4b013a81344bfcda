/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot: the boot service's state, which its files share.
 *
 * The flow of a boot: a packet of DHCP (progress.c), the script and the files
 * by HTTP (machine_script.c, http.c), the machine as a node (progress.c). Which
 * image that is, and where its kernel comes from: offer.c.  What has changed is
 * written soon after, all of it at once (files.c).
 */
#ifndef VF_BOOT_BOOT_H
#define VF_BOOT_BOOT_H

#include "lib/loop.h"
#include "boot/cluster.h"
#include "boot/config.h"
#include "boot/dhcp_packet.h"
#include "boot/dnsmasq.h"
#include "boot/dnsmasq_conf.h"
#include "boot/http.h"
#include "boot/offer.h"

/* The service's part in the group:
 *
 *   STARTING --image offered--> CHECKING --nobody answers--> STANDBY
 *       |                           |                         ^   |
 *       '------- --proxy -----------+----------------->-------'   | its turn
 *                                   | another answers             v
 *                                   v                         ANSWERING
 *                                  end       another's turn: back to STANDBY
 */
enum boot_role {
	ROLE_STARTING, /* the node is not there yet, or its image */
	ROLE_CHECKING, /* servers outside of the cluster are asked for */
	ROLE_STANDBY,  /* another node answers DHCP, or it is not known who */
	ROLE_ANSWERING,
};

/* Parts that are pointers are private to their modules. */
struct boot {
	struct boot_config config;
	enum boot_role role;
	struct loop *loop;
	struct machines *machines;
	struct dnsmasq_paths paths;
	struct dnsmasq *dnsmasq;
	struct http *http;
	struct cluster *cluster;
	struct offer *offer;
	struct files *files;
	struct progress *progress;
	struct addresses *addresses;
};

#endif
