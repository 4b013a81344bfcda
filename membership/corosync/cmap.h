/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* cmap: publishes the view as keys of this node's corosync, which an
 * administrator reads by corosync-cmapctl:
 *
 *   vfield.nodes                          the number of nodes
 *   vfield.node.UUID.name                 the node's name
 *   vfield.node.UUID.address              the address of its NBD server
 *   vfield.node.UUID.role                 core or satellite
 *   vfield.node.UUID.active               1: the node reads or fills
 *   vfield.node.UUID.image.NAME.id        the image's id, in hexadecimal
 *   vfield.node.UUID.image.NAME.complete  1: the node holds the whole image
 *
 * Errors   a key that cannot be written is not reported: the next cmap_update
 *          writes all keys again.
 */
#ifndef VF_MEMBERSHIP_COROSYNC_CMAP_H
#define VF_MEMBERSHIP_COROSYNC_CMAP_H

#include "membership/table.h"

struct cmap;

struct cmap *cmap_new(void);
/* Removes the keys, closes the connection to corosync, and frees c. */
void cmap_free(struct cmap *c);

/* Writes the IP address that corosync uses for the node `nodeid` to a->ip;
 * a->port is not changed.  Returns 0, or -1 and errno. */
int cmap_address(struct cmap *c, uint32_t nodeid, struct address *a);
/* Writes the keys of nodes that changed in the view since the last call.
 * Writes any_ip as the address of each node whose address is "any". */
void cmap_update(struct cmap *c, const struct table *view,
		 const uint8_t any_ip[16]);
/* Closes the connection to corosync.  Must be called when corosync is gone, and
 * its keys with it. */
void cmap_close(struct cmap *c);

#endif
