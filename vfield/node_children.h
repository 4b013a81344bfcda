/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* node_children: makes the command lines of a node's processes. */
#ifndef VF_VFIELD_NODE_CHILDREN_H
#define VF_VFIELD_NODE_CHILDREN_H

#include <stddef.h>

#include "vfield/image_file.h"
#include "vfield/node_config.h"
#include "vfield/node_keys.h"
#include "vfield/store_place.h"
#include "vfield/supervise.h"

struct node_children;

/* Finds the programs that the node needs, and prepares their command lines.
 * keys is NULL if the cluster is open.  The arguments must live as long as the
 * result.  On failure, for example if a program is missing on this machine,
 * logs why and returns NULL. */
struct node_children *node_children_new(const struct node_config *c,
					struct node_keys *keys,
					const struct store_place *store,
					const struct image_file *images,
					size_t nimages);
void node_children_free(struct node_children *n);

const struct child_spec *node_children_specs(const struct node_children *n,
					     size_t *count);
/* Lets nbdkit's user read what it needs.  Must be called once the store was
 * prepared.  Returns 0; -1: the log says what that user cannot reach. */
int node_children_share(const struct node_children *n);
/* Starts the processes that make this satellite a core node: corosync,
 * vfield-member and, if the settings want one, vfield-boot.  Returns 0; on
 * failure logs why and returns -1. */
int node_children_promote(struct node_children *n, struct supervisor *s);
bool node_children_member_up(const struct node_children *n,
			     const struct supervisor *s);
/* Makes the arguments of child i anew.  Must be called before each start of the
 * child, and only after the store was prepared.  A router that is started again
 * is also given the images that were added while the node ran
 * (added_images.h). */
void node_children_refresh(struct node_children *n, size_t i);

#endif
