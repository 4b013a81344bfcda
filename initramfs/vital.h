/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vital: protects this process, without which the machine's root file system
 * fails. */
#ifndef VF_INITRAMFS_VITAL_H
#define VF_INITRAMFS_VITAL_H

/* Exempts this process from the kernel's OOM killer, as the supervisor and the
 * router are, and locks its memory.  Logs each of the two that fails. */
void become_vital(void);

#endif
