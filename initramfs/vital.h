/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vital: a process that a machine's root hangs on.
 */
#ifndef VF_INITRAMFS_VITAL_H
#define VF_INITRAMFS_VITAL_H

/* The OOM killer spares this process, as it does supervisor and router, and its
 * memory stays where it is.  What cannot be had is logged. */
void become_vital(void);

#endif
