/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* proto_host: the report of a machine on the site that it follows, in a field
 * of its node's NODE, so that every node has it: how many plugins the machine
 * has, how many of them failed, how many have more to do at the next boot, and
 * what went wrong first.  All of a report is to be shown alone, never acted on:
 * any node may say anything.
 *
 * The field: 8 bytes that the site's id begins with, 2 bytes each of plugins,
 * failed and next_boot, then the text, of printable ASCII.  Bytes of a later
 * version would stand behind a NUL.
 */
#ifndef VF_MEMBERSHIP_WIRE_PROTO_HOST_H
#define VF_MEMBERSHIP_WIRE_PROTO_HOST_H

#include "membership/wire/proto.h"

#define PROTO_HOST_SITE 17 /* 16 digits, with the NUL */
/* Bytes of the text, with the NUL.  Chosen: a line of a terminal, and beside
 * REMOVED_MAX words of another field there is room for it. */
#define PROTO_HOST_TEXT 121

struct proto_host {
	char site[PROTO_HOST_SITE]; /* the first digits of the site's id */
	uint16_t plugins, failed, next_boot;
	char text[PROTO_HOST_TEXT]; /* may be empty */
};

/* Reads "SITE PLUGINS FAILED NEXT_BOOT [TEXT]"; other bytes than printable
 * ASCII become '?', and a text that is too long is cut off.  Returns 0; -1: it
 * is none. */
int proto_host_parse(const char *line, struct proto_host *h);
/* Sets the field of n.  Returns true if it has changed. */
bool proto_host_set(struct proto_node *n, const struct proto_host *h);
/* Returns false if n has no such field, or a malformed one. */
bool proto_host_get(const struct proto_node *n, struct proto_host *h);

#endif
