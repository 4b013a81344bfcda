/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* architectures: chooses the boot file for a machine's firmware by the
 * architecture that the firmware names in DHCP (option 93; IANA, "Processor
 * Architecture Types").
 *
 * Pure, but for looking whether files exist.
 */
#ifndef VF_BOOT_ARCHITECTURES_H
#define VF_BOOT_ARCHITECTURES_H

#include <stdbool.h>
#include <stddef.h>

#define ARCH_KINDS 5
#define ARCH_NAMES 3
#define ARCH_TFTP 2

/* A kind of machine; all machines of a kind get the same boot file. */
struct loader_kind {
	const char *tag; /* the kind's name in dnsmasq's configuration */
	/* names of boot files; the first file that exists is served */
	const char *names[ARCH_NAMES];
	/* architectures that fetch their boot file by TFTP; -1: unused */
	int tftp[ARCH_TFTP];
	/* the architecture that fetches its boot file by HTTP; -1: none */
	int http;
};

/* Returns the kind of index i, 0 to ARCH_KINDS - 1.  Kind 0 is a PC with BIOS;
 * firmware that names no architecture is taken for a PC with BIOS. */
const struct loader_kind *loader_kind(size_t i);
/* Returns the first file name of kind k that exists in dir; NULL: none does. */
const char *loader_file(const char *dir, const struct loader_kind *k);
/* Returns true if a machine of architecture arch can boot from dir: if dir has
 * a boot file for it, or if it is a PC with BIOS, whose own ROM may be enough.
 * -1, for firmware that names no architecture, counts as a PC with BIOS. */
bool loader_can(const char *dir, int arch);
/* Describes an architecture in words, such as "a PC with UEFI of 32 bits"; an
 * unknown architecture is "another machine". */
const char *loader_arch_name(int arch);

#endif
