/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/ports.h"

#include "lib/log.h"
#include "boot/port.h"
#include "boot/rights.h"

#define PORT_DHCP 67
#define PORT_TFTP 69

bool
ports_free(const struct boot *b)
{
	const struct card *card = &b->config.card;
	char owner[PORT_OWNER];

	if (!b->config.set.proxy && !port_is_free(card, PORT_DHCP)) {
		rights_port_owner(b->rights, PORT_DHCP, owner);
		log_error("another DHCP server runs on this machine: %s has "
			  "UDP port %d; stop it, or leave the addresses to it "
			  "with --proxy",
			  owner, PORT_DHCP);
		return false;
	}
	if (port_is_free(card, PORT_TFTP))
		return true;
	rights_port_owner(b->rights, PORT_TFTP, owner);
	log_error("another TFTP server runs on this machine: %s has UDP port "
		  "%d; stop it",
		  owner, PORT_TFTP);
	return false;
}
