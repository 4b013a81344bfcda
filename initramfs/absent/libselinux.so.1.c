/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Labels of sockets, for nbdkit --selinux-label. */
#include "initramfs/absent/absent.h"

ABSENT(setsockcreatecon_raw)
