/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* network_programs: programs of a source that configure network cards, and
 * cannot be told to leave alone the one that a machine's root hangs on.
 *
 * The initramfs tells networkd, NetworkManager, connman, dhcpcd, ifupdown,
 * wicked, network-scripts, netplan, Alpine's networking and cloud-init. */
#ifndef VF_MKIMAGE_NETWORK_PROGRAMS_H
#define VF_MKIMAGE_NETWORK_PROGRAMS_H

/* The name of the program that a path of a source starts; NULL: none, or a
 * program that can be told to leave a card alone. */
const char *network_untold(const char *path);

#endif
