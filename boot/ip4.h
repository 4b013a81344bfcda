/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* ip4: IPv4 addresses as numbers in host order, since ranges are counted in,
 * and the addresses of network cards.  0 is no address.
 */
#ifndef VF_BOOT_IP4_H
#define VF_BOOT_IP4_H

#include <stdint.h>

#include "lib/address.h"

#define IP4_TEXT 16 /* bytes, with the NUL */
#define MAC_SIZE 6
#define MAC_TEXT 18 /* bytes, with the NUL */

/* -1, EINVAL: not four numbers. */
int ip4_parse(const char *text, uint32_t *ip);
char *ip4_text(uint32_t ip, char to[IP4_TEXT]);
/* 0: the address is none of IPv4. */
uint32_t ip4_of_address(const struct address *a);

/* Parses "aa:bb:cc:dd:ee:ff", also with '-'; -1, EINVAL: it is none, or no
 * single card's. */
int mac_parse(const char *text, uint8_t mac[MAC_SIZE]);
char *mac_text(const uint8_t mac[MAC_SIZE], char to[MAC_TEXT]);

#endif
