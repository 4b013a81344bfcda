/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* port: finds out whether a UDP port is free on a card, and which program has
 * it if it is not.
 */
#ifndef VF_BOOT_PORT_H
#define VF_BOOT_PORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "boot/card.h"

#define PORT_OWNER 64 /* bytes, with the NUL */

/* Returns false if another program has the port on that card; one that is just
 * giving it up is waited for, a second at most.  Returns true also after any
 * other error, which the program that is to take the port explains better. */
bool port_is_free(const struct card *c, uint16_t port);
/* Writes into owner which program has the UDP port, as "dnsmasq (process 123)",
 * or "another program" if it cannot be seen. */
void port_owner(uint16_t port, char owner[PORT_OWNER]);

/* Returns the inode of the socket that has the port, from a table such as
 * /proc/net/udp; 0: none has. */
unsigned long port_inode(FILE *table, uint16_t port);

#endif
