/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot_machines: lists the machines that this machine's boot service has seen
 * and that are no hosts of a site. */
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

/* Reads RUNDIR/boot/machines.json and returns those machines whose cards the
 * site does not name, as an array for free().  They are sorted by address,
 * which is the order in which they were first switched on.  Returns NULL and
 * sets *n to 0 if no boot service runs on this machine, or if the file cannot
 * be read; the log says which. */
struct boot_machine *boot_machines_unknown(const char *run_dir,
					   const struct site *s, size_t *n);

#endif
