/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* libselinux: labels of sockets; nbdkit uses it only with --selinux-label. */
#include "initramfs/absent/absent.h"

ABSENT(setsockcreatecon_raw)
