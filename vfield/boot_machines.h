/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot_machines: the machines that the boot service of this machine has seen
 * and no host of a site has as its own. */
#ifndef VF_VFIELD_BOOT_MACHINES_H
#define VF_VFIELD_BOOT_MACHINES_H

#include <stddef.h>
#include <stdint.h>

#include "site/site.h"

#define BOOT_MACHINES_MAX 4096
#define BOOT_MAC_TEXT 18 /* bytes of a card's address as text, with the NUL */

struct boot_machine {
	char mac[BOOT_MAC_TEXT];
	uint32_t ip;  /* host order; 0: none */
	int64_t seen; /* seconds since 1970 */
};

/* Reads RUNDIR/boot/machines.json into an array for free(), in the order of
 * addresses, which is that in which machines were first switched on.  Returns
 * NULL, and *n 0: there are none; or the log says why. */
struct boot_machine *boot_machines_unknown(const char *run_dir,
					   const struct site *s, size_t *n);

#endif
