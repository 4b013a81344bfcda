/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* proto_host: reads and writes a machine's report on the site that it follows.
 * The report is a field of the NODE of the machine's node, so that every node
 * has it.  It says how many plugins the machine has, how many of them failed,
 * how many have more to do at the next boot, and what went wrong first.  A
 * report is only shown, never acted on, since any node may say anything.
 *
 * The field: 8 bytes that the site's id begins with, 2 bytes each of plugins,
 * failed and next_boot, then the text, of printable ASCII.  Bytes of a later
 * version would stand behind a NUL.
 */
#ifndef VF_MEMBERSHIP_WIRE_PROTO_HOST_H
#define VF_MEMBERSHIP_WIRE_PROTO_HOST_H

#include "membership/wire/proto.h"

/* the first 16 digits of a site's id, with the NUL */
#define PROTO_HOST_SITE 17
/* Bytes of the text, with the NUL.  Arbitrary: a line of a terminal.  It fits
 * into PROTO_FIELDS_MAX bytes together with the longest field
 * PROTO_FIELD_REMOVED. */
#define PROTO_HOST_TEXT 121

struct proto_host {
	char site[PROTO_HOST_SITE]; /* the first digits of the site's id */
	uint16_t plugins, failed, next_boot;
	/* the first thing that went wrong; "": none */
	char text[PROTO_HOST_TEXT];
};

/* Reads "SITE PLUGINS FAILED NEXT_BOOT [TEXT]"; other bytes than printable
 * ASCII become '?', and a text that is too long is cut off.  Returns 0, or -1
 * if the line has another form. */
int proto_host_parse(const char *line, struct proto_host *h);
/* Sets the field of n.  Returns true if it has changed. */
bool proto_host_set(struct proto_node *n, const struct proto_host *h);
/* Returns false if n has no such field, or a malformed one. */
bool proto_host_get(const struct proto_node *n, struct proto_host *h);

#endif
