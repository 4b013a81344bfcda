/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* corosync: a group_driver (group.h) that uses corosync's closed process group
 * `vfield`.
 *
 * A message begins with a frame HELLO; a message of a version that this member
 * does not speak is ignored.  Calls of libcpg wait for corosync's answer.  So
 * if corosync hangs, the member hangs too; its guests hear nothing more, and
 * move to another member.
 *
 *            cpg_join            confchg with us
 *   AWAY ──────────────► JOINING ───────────────► JOINED
 *    ▲                      │                       │ we left, or are out of
 *    │ retried 4 times a s  │ an error              ▼ step
 *    └──────────────────────┴───────────────────  EXPELLED
 *
 * The view is published as keys of this node's corosync: see cmap.h.
 */
#ifndef VF_MEMBERSHIP_COROSYNC_COROSYNC_H
#define VF_MEMBERSHIP_COROSYNC_COROSYNC_H

#include "membership/group.h"

#define COROSYNC_GROUP "vfield"

extern const struct group_driver corosync_driver;

#endif
