/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* proto_flags: takes the flags of a node and of its images, which a frame FLAGS
 * has, from a node, and gives them to it.
 *
 * Flags are what changes often: a node begins to read, or holds all of an
 * image.  A FLAGS takes 10 bytes for a node with one image, a NODE 130.
 */
#ifndef VF_MEMBERSHIP_WIRE_PROTO_FLAGS_H
#define VF_MEMBERSHIP_WIRE_PROTO_FLAGS_H

#include "membership/wire/proto.h"

/* Returns the flags of the node and its images; `number` stands for the node in
 * frames. */
struct proto_flags proto_flags_of(uint16_t number, const struct proto_node *n);
/* Gives the node these flags.  Returns false, and changes nothing, if the node
 * has another number of images. */
bool proto_flags_set(struct proto_node *n, const struct proto_flags *f);
/* Returns true if a and b are equal in all but their flags. */
bool proto_flags_only(const struct proto_node *a, const struct proto_node *b);

#endif
