/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* cmap: the group's knowledge, as keys of this node's corosync, for an
 * administrator with corosync-cmapctl:
 *
 *   vfield.nodes                          how many there are
 *   vfield.node.UUID.name                 as the node calls itself
 *   vfield.node.UUID.address              of its NBD server
 *   vfield.node.UUID.role                 core or satellite
 *   vfield.node.UUID.active               1: it reads or fills
 *   vfield.node.UUID.image.NAME.id        in hexadecimal
 *   vfield.node.UUID.image.NAME.complete  1: it has all of it
 *
 * Errors   what fails is tried again with the next cmap_update; never fatal.
 */
#ifndef VF_MEMBERSHIP_COROSYNC_CMAP_H
#define VF_MEMBERSHIP_COROSYNC_CMAP_H

#include "membership/table.h"

struct cmap;

struct cmap *cmap_new(void);
/* Removes the keys. */
void cmap_free(struct cmap *c);

/* The address that corosync uses for a node; the port is left alone. */
int cmap_address(struct cmap *c, uint32_t nodeid, struct address *a);
/* Writes what changed in the view since the last call; any_ip stands for "any"
 * in this node's addresses. */
void cmap_update(struct cmap *c, const struct table *view,
		 const uint8_t any_ip[16]);
/* corosync is away, and the keys with it. */
void cmap_close(struct cmap *c);

#endif
