/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* architectures: which file a machine's firmware is given, by the architecture
 * that it names (DHCP's option 93; IANA, "Processor Architecture Types").
 *
 * Pure, but for the look whether a file is there.
 */
#ifndef VF_BOOT_ARCHITECTURES_H
#define VF_BOOT_ARCHITECTURES_H

#include <stdbool.h>
#include <stddef.h>

#define ARCH_KINDS 5
#define ARCH_NAMES 3
#define ARCH_TFTP 2

/* Machines that are given the same files. */
struct loader_kind {
	const char *tag;               /* in dnsmasq's configuration */
	const char *names[ARCH_NAMES]; /* the first that is there is taken */
	int tftp[ARCH_TFTP]; /* architectures that fetch by TFTP; -1: none */
	int http; /* the architecture that fetches by HTTP; -1: none */
};

/* By index, 0 to ARCH_KINDS - 1; the first is the PC's BIOS, which is also
 * that of firmware that names no architecture. */
const struct loader_kind *loader_kind(size_t i);
/* The file of a kind that is there, in the directory that is served. */
const char *loader_file(const char *dir, const struct loader_kind *k);
/* A machine of that architecture is answered: there is a file for it, or it is
 * a PC with BIOS, whose own ROM may be all that it needs. */
bool loader_can(const char *dir, int arch);
/* "a PC with UEFI of 32 bits"; "another machine" */
const char *loader_arch_name(int arch);

#endif
