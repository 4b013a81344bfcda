/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* status_verdict: sums up a router's status in one word, and gives the reasons.
 *
 * FAILED    reads wait for chunks that no node has, or would wait if there were
 *           any reads
 * DEGRADED  every chunk can be read, but perhaps not for long: some chunks lie
 *           on one machine only, a peer is banned or does not answer, a node
 *           was lost a short while ago, no member answers, the store fails, or
 *           an image is missing
 * OK        none of this is the case
 *
 * Reasons for FAILED come first.  Names in them are cleaned for a terminal
 * (human_clean). */
#ifndef VF_VFIELD_STATUS_VERDICT_H
#define VF_VFIELD_STATUS_VERDICT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define VERDICT_TEXT 256
#define VERDICT_REASONS 16

struct json_object;

/* The value of the state is the exit status of `vfield status --check`, as
 * monitoring programs expect it. */
enum verdict_state { VERDICT_OK, VERDICT_DEGRADED, VERDICT_FAILED };

struct verdict {
	enum verdict_state state;
	size_t n; /* number of reasons, at least 1 */
	char reasons[VERDICT_REASONS][VERDICT_TEXT];
};

void verdict_of(struct json_object *status, struct verdict *v);
/* Prints a line like "DEGRADED: node07 is banned: 2 wrong chunks; ...". */
void verdict_show(FILE *to, const struct verdict *v);
/* Returns {"state": "degraded", "reasons": [...]}, for json_object_put. */
struct json_object *verdict_json(const struct verdict *v);

/* Troubles that a peer may be in, the least one first. */
enum peer_trouble {
	PEER_FINE,
	PEER_SLOW, /* the peer's rate is less than a tenth of the median */
	PEER_SILENT,
	PEER_BANNED
};

/* Returns what is wrong with a peer, and writes a text about that to `why`, or
 * "" if nothing is wrong.  median: the median of all peers' rates, in bytes/s;
 * if it is 0, no peer counts as slow. */
enum peer_trouble verdict_peer(struct json_object *peer, uint64_t median,
			       char why[VERDICT_TEXT]);
/* Returns the median of those peers' rates that are known, in bytes/s, or 0 if
 * too few are known to tell which peer is slow. */
uint64_t verdict_median(struct json_object *status);

#endif
