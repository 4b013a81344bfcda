/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* port: whether a UDP port can be had behind a card; and if not, who has it.
 */
#ifndef VF_BOOT_PORT_H
#define VF_BOOT_PORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "boot/card.h"

#define PORT_OWNER 64 /* bytes of text */

/* Waits for a moment for a port that is just being left.  Of other errors than
 * that it is taken somebody else tells better: true. */
bool port_is_free(const struct card *c, uint16_t port);
/* "dnsmasq (process 123)", or "another program" where that cannot be seen. */
void port_owner(uint16_t port, char owner[PORT_OWNER]);

/* Finds the inode of a socket in a table such as /proc/net/udp; 0: none. */
unsigned long port_inode(FILE *table, uint16_t port);

#endif
