/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vital: protects a process without which the machine's root file system
 * fails. */
#ifndef VF_INITRAMFS_VITAL_H
#define VF_INITRAMFS_VITAL_H

/* Has the OOM killer spare this process, as it spares the supervisor and the
 * router, and locks the process's memory.  Logs which of the two fails. */
void become_vital(void);

#endif
