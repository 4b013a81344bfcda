/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* libnozzle: network interfaces that corosync makes if its configuration names
 * any; the one that vfield writes names none. */
#include "initramfs/absent/absent.h"

ABSENT(nozzle_add_ip)
ABSENT(nozzle_close)
ABSENT(nozzle_get_fd)
ABSENT(nozzle_open)
ABSENT(nozzle_run_updown)
ABSENT(nozzle_set_down)
ABSENT(nozzle_set_mac)
ABSENT(nozzle_set_up)
