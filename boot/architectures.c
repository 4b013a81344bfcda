/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/architectures.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/path_in.h"

static const struct loader_kind kinds[ARCH_KINDS] = {
    {"bios", {"undionly.kpxe", "lpxelinux.0", "pxelinux.0"}, {0, -1}, -1},
    /* UEFI of 64 bits is number 7; before an erratum RFC 4578 said 9 */
    {"efi", {"vfield.efi", "snponly.efi", "ipxe.efi"}, {7, 9}, 16},
    {"ia32", {"snponly-i386.efi", "ipxe-i386.efi", NULL}, {6, -1}, 15},
    {"arm64", {"snponly-arm64.efi", "ipxe-arm64.efi", NULL}, {11, -1}, 19},
    {"riscv64", {"snponly-riscv64.efi", "ipxe-riscv64.efi"}, {27, -1}, 28},
};

static const struct {
	int arch;
	const char *name;
} names[] = {
    {0, "a PC with BIOS"},
    {2, "an Itanium"},
    {6, "a PC with UEFI of 32 bits"},
    {7, "a PC with UEFI"},
    {9, "a PC with UEFI"},
    {10, "an ARM machine of 32 bits"},
    {11, "an ARM machine of 64 bits"},
    {15, "a PC with UEFI of 32 bits, by HTTP"},
    {16, "a PC with UEFI, by HTTP"},
    {18, "an ARM machine of 32 bits, by HTTP"},
    {19, "an ARM machine of 64 bits, by HTTP"},
    {25, "a RISC-V machine of 32 bits"},
    {27, "a RISC-V machine of 64 bits"},
    {28, "a RISC-V machine of 64 bits, by HTTP"},
};

const struct loader_kind *
loader_kind(size_t i)
{
	return &kinds[i];
}

const char *
loader_file(const char *dir, const struct loader_kind *k)
{
	for (size_t i = 0; i < ARCH_NAMES && k->names[i] != NULL; i++) {
		AUTO_FREE char *path = path_in(dir, k->names[i]);

		if (access(path, R_OK) == 0)
			return k->names[i];
	}
	return NULL;
}

bool
loader_can(const char *dir, int arch)
{
	for (size_t i = 0; i < ARCH_KINDS; i++) {
		const struct loader_kind *k = &kinds[i];

		if (arch == k->tftp[0] || arch == k->tftp[1] || arch == k->http)
			return i == 0 || loader_file(dir, k) != NULL;
	}
	return false;
}

const char *
loader_arch_name(int arch)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].arch == arch)
			return names[i].name;
	return "another machine";
}
