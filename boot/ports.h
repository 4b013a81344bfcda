/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* ports: tests whether the ports that the boot service needs are free. */
#ifndef VF_BOOT_PORTS_H
#define VF_BOOT_PORTS_H

#include "boot/boot.h"

/* Returns true if the ports of DHCP and TFTP are free on the card; if not, logs
 * which program has them.  With --proxy, DHCP's port is not needed.  dhcp_check
 * is not enough, since it does not find a DHCP server on this machine: such a
 * server does not hear what this machine broadcasts. */
bool ports_free(const struct boot *b);

#endif
