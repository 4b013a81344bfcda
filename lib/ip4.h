/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* ip4: converts IPv4 addresses, and MAC addresses of network cards, from and to
 * text.
 *
 * An IPv4 address is a number in host byte order, so that a loop can count
 * through a range; 0 stands for no address.
 */
#ifndef VF_LIB_IP4_H
#define VF_LIB_IP4_H

#include <stdint.h>

#include "lib/address.h"

#define IP4_TEXT 16 /* bytes, with the NUL */
#define MAC_SIZE 6
#define MAC_TEXT 18 /* bytes, with the NUL */

/* Parses an IPv4 address of four numbers.  Returns 0, or -1 with errno
 * EINVAL. */
int ip4_parse(const char *text, uint32_t *ip);
char *ip4_text(uint32_t ip, char to[IP4_TEXT]);
/* Returns a's IPv4 address; 0: a is an IPv6 address. */
uint32_t ip4_of_address(const struct address *a);

/* Parses "aa:bb:cc:dd:ee:ff", or the same with '-'.  Returns 0, or -1 with
 * errno EINVAL if the text is no MAC address, or one that no single card has: a
 * group's address or all zeros. */
int mac_parse(const char *text, uint8_t mac[MAC_SIZE]);
char *mac_text(const uint8_t mac[MAC_SIZE], char to[MAC_TEXT]);

#endif
