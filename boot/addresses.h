/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* addresses: the address of the range that a machine gets, and the name that
 * goes with it.
 */
#ifndef VF_BOOT_ADDRESSES_H
#define VF_BOOT_ADDRESSES_H

#include "boot/boot.h"

/* A machine gets the address that it wants, if that is free; else the first
 * that is; else that of a machine which never took it, or whose lease is over.
 * False: there is none. */
bool addresses_give(struct boot *b, struct machine *m, uint32_t wanted,
		    time_t now);
/* The machine has this address, whoever gave it, and a name of its number. */
void addresses_settle(struct boot *b, struct machine *m, uint32_t ip);

#endif
