/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* corosync: a group_driver (group.h) that uses corosync's closed process group
 * `vfield`.
 *
 * A message begins with a frame HELLO; a message of a version that this member
 * does not understand is ignored.  libcpg's calls wait for corosync's answer,
 * so a corosync that is stopped stops the member: its guests then hear nothing
 * and go to another member.
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
