/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* choice: which image the empty name means, and which images are in use.
 *
 * Somebody says which is the default, to any node; every node hands on the
 * newest such word that it has heard (struct proto_word) as its own.  Until
 * somebody has a node's first image is its default.  While the image is not
 * known here, what was the default before stays so.  Clients keep the image
 * that they have.
 *
 * An image is in use while it is the default, is wanted (--want), or a client
 * of any node has it attached.  Of one that is not, chunks may be dropped,
 * the last copies too, when there is need for room.
 */
#ifndef VF_ROUTER_CLUSTER_CHOICE_H
#define VF_ROUTER_CLUSTER_CHOICE_H

#include <stdbool.h>

#include "membership/wire/proto.h"

struct router;
struct image;

/* NULL: no image is known yet. */
struct image *choice_default(const struct router *r);
/* pi is what has been chosen: to be taken even if it is not wanted. */
bool choice_is(const struct router *r, const struct proto_image *pi);

/* What was in force when this router ended; before its images are known. */
void choice_load(struct router *r);
/* A node's word: it is taken if it is newer. */
void choice_hear(struct router *r, const struct proto_word *w);
/* By name or id, of all that any node has.  -1 and *why, which was NULL. */
int choice_set(struct router *r, const char *name, const char **why);
/* An image has become known. */
void choice_image_added(struct router *r);

/* A client has attached it, or is gone. */
void choice_user(struct image *im, bool comes);
/* It is used on this node. */
bool choice_used_here(const struct image *im);
/* Looks anew at who uses what (image.in_use). */
void choice_look(struct router *r);

#endif
