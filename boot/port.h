/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* port: finds out whether a UDP port is free on a card, and, if not, which
 * program has the port.
 */
#ifndef VF_BOOT_PORT_H
#define VF_BOOT_PORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "boot/card.h"

#define PORT_OWNER 64 /* bytes, with the NUL */

/* Returns true if the UDP port is free on the card c.  If another program has
 * the port, first waits for up to a second, since that program may just be
 * ending.  Returns true also if the test itself fails, since the program that
 * is to use the port reports such an error better. */
bool port_is_free(const struct card *c, uint16_t port);
/* Writes to owner which program has the UDP port, as "dnsmasq (process 123)",
 * or "another program" if this process may not see that. */
void port_owner(uint16_t port, char owner[PORT_OWNER]);

/* Returns the inode of the socket that has the port, from a table such as
 * /proc/net/udp; 0: no socket has the port. */
unsigned long port_inode(FILE *table, uint16_t port);

#endif
