/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot: declares the state that the boot service's source files share.
 *
 * To follow one machine's boot, read how its DHCP packets are handled
 * (progress.c), how it fetches script and files by HTTP (machine_script.c,
 * http.c), and how it joins the cluster as a node (progress.c).  offer.c
 * decides which image the machines boot, and keeps that image's kernel.
 * files.c writes the state to files soon after a change.
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

/* The role of this boot service among those of the cluster:
 *
 *   STARTING --image offered--> CHECKING --nobody answers--> STANDBY
 *       |                           |                         ^   |
 *       '------- --proxy -----------+----------------->-------'   | its turn
 *                                   | another answers             v
 *                                   v                         ANSWERING
 *                                  end       another's turn: back to STANDBY
 */
enum boot_role {
	/* waits for this machine's node, and for an image to offer */
	ROLE_STARTING,
	ROLE_CHECKING, /* looks for DHCP servers outside of the cluster */
	/* answers no DHCP, since it is another node's turn, or nobody knows
	 * whose */
	ROLE_STANDBY,
	ROLE_ANSWERING,
};

/* The shared state.  The struct behind a pointer is private to the module that
 * has the same name as the pointer. */
struct boot {
	struct boot_config config;
	enum boot_role role;
	/* the offered image has a signed program (loaders.h), which PCs with
	 * UEFI get instead of iPXE */
	bool is_signed;
	struct loop *loop;
	struct machines *machines;
	struct dnsmasq_paths paths;
	struct dnsmasq *dnsmasq;
	struct http *http;
	struct cluster *cluster;
	struct offer *offer; /* offers the default image */
	struct own_images *own;
	struct files *files;
	struct site_list *site;
	struct rights *rights;
	struct progress *progress;
	struct addresses *addresses;
};

#endif
