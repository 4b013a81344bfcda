/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* status_verdict: the sum of a router's status, in one line, and its reasons.
 *
 * FAILED    reads wait, or would: chunks have no copy
 * DEGRADED  all can be read; one more loss, or what is wrong already, may end
 *           that: chunks on one machine alone, a peer that is banned or does
 *           not answer, one that was lost a short while ago, no member, a
 *           store that fails
 * OK        anything else
 *
 * Reasons are in order, the worst first.  Their names are clean for a terminal.
 */
#ifndef VF_VFIELD_STATUS_VERDICT_H
#define VF_VFIELD_STATUS_VERDICT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define VERDICT_TEXT 256
#define VERDICT_REASONS 16

struct json_object;

/* Exit statuses of status --check, which monitors know. */
enum verdict_state { VERDICT_OK, VERDICT_DEGRADED, VERDICT_FAILED };

struct verdict {
	enum verdict_state state;
	size_t n; /* reasons; one at least */
	char reasons[VERDICT_REASONS][VERDICT_TEXT];
};

void verdict_of(struct json_object *status, struct verdict *v);
/* "DEGRADED: node07 is banned (2 wrong chunks); ..." and a newline. */
void verdict_show(FILE *to, const struct verdict *v);
/* {"state": "degraded", "reasons": [...]} */
struct json_object *verdict_json(const struct verdict *v);

/* How bad a peer is. */
enum peer_trouble {
	PEER_FINE,
	PEER_SLOW, /* ten times slower than the median of all */
	PEER_SILENT,
	PEER_BANNED
};

/* Writes why, or "".  median: of the peers' rates, bytes/s. */
enum peer_trouble verdict_peer(struct json_object *peer, uint64_t median,
			       char why[VERDICT_TEXT]);
/* The median of the rates that are known; 0: too few to tell who is slow. */
uint64_t verdict_median(struct json_object *status);

#endif
