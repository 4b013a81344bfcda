/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* network_programs: recognises programs that configure network cards and cannot
 * be told to leave one alone: they would disturb the card over which a machine
 * reads its root file system.
 *
 * Programs that can be told, and are by the initramfs: networkd,
 * NetworkManager, connman, dhcpcd, ifupdown, wicked, network-scripts, netplan,
 * Alpine's networking and cloud-init. */
#ifndef VF_MKIMAGE_NETWORK_PROGRAMS_H
#define VF_MKIMAGE_NETWORK_PROGRAMS_H

/* Returns the name of the program that cannot be told to leave a card alone, if
 * path, from the source's root on, is a file by which such a program is started
 * at boot.  Returns NULL for any other path. */
const char *network_untold(const char *path);

#endif
