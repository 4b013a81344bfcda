/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* libselinux: labels of sockets, which nbdkit uses with --selinux-label
 * alone. */
#include "initramfs/absent/absent.h"

ABSENT(setsockcreatecon_raw)
