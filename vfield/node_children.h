/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* node_children: a node's processes and their command lines. */
#ifndef VF_VFIELD_NODE_CHILDREN_H
#define VF_VFIELD_NODE_CHILDREN_H

#include <stddef.h>

#include "vfield/image_file.h"
#include "vfield/node_config.h"
#include "vfield/store_place.h"
#include "vfield/supervise.h"

struct node_children;

/* Arguments must live as long as the result.  NULL: the log says what is
 * missing on this machine. */
struct node_children *node_children_new(const struct node_config *c,
					const struct store_place *store,
					const struct image_file *images,
					size_t nimages);
void node_children_free(struct node_children *n);

const struct child_spec *node_children_specs(const struct node_children *n,
					     size_t *count);
/* Starts what makes a core node of a satellite.  -1: the log says why. */
int node_children_promote(struct node_children *n, struct supervisor *s);
bool node_children_member_up(const struct node_children *n,
			     const struct supervisor *s);
/* Fills in the arguments of child i, which is about to be started.  The store
 * is known by then; a router that is started again gets the images, too, that
 * were added while the node ran (added_images.h). */
void node_children_refresh(struct node_children *n, size_t i);

#endif
