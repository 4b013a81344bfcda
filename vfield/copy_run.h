/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copy_run: gives the order of a copy to all machines, and listens to them
 * until each has ended.
 *
 * All machines copy at the same time, since each serves the others; COPY_STARTS
 * connections at most are being made at a time.  A machine whose connection
 * ends is ordered anew every COPY_AGAIN_MS while others still copy, or until
 * late_s: so one that was off, or cut off, joins late.  A machine from which
 * nothing comes is taken for lost when the cluster no longer knows it, or after
 * silence_s; if it is heard again it goes on.  A machine that says why it
 * cannot copy is not asked again.  No lost machine is waited for.
 */
#ifndef VF_VFIELD_COPY_RUN_H
#define VF_VFIELD_COPY_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "site/name_set.h"
#include "vfield/copy_report.h"
#include "vfield/nodes_named.h"

/* Connections that are being made at a time.  Chosen: ssh costs 20 ms of a
 * processor to begin, so that more would only wait for each other, and so many
 * that are down cost the others nothing for long. */
#define COPY_STARTS 32
#define COPY_AGAIN_MS 5000
/* The time after which a silent machine that the cluster has lost is given up.
 * Machines say something twice a second. */
#define COPY_GONE_MS 3000

struct copy_run_setup {
	const struct name_set *names;
	struct cluster_nodes *cluster;
	const char *run_dir;
	const char *rsh;
	const char *order; /* the command line (copy_order.h) */
	bool by_address;   /* RSH is told addresses in place of names */
	bool remove;       /* machines let go of the image at the end */
	uint64_t bytes;    /* bytes that the image has */
	uint64_t late_s;
	uint64_t silence_s;
	struct copy_report *report;
	const char *image; /* id */
};

/* Runs the copy.  Returns 0: all machines have the file; 1: some have not; -1:
 * it was not begun, and the log says why; -2: it was ended by a signal. */
int copy_run(const struct copy_run_setup *s);

#endif
