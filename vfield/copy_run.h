/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copy_run: orders all machines to copy, and listens to them until each has
 * ended.
 *
 * All machines copy at the same time, since each serves the others.  But at
 * most COPY_STARTS connections are being set up at a time.  If the connection
 * to a machine ends, the machine gets the order again, at most once every
 * COPY_AGAIN_MS, while others still copy, or until late_s seconds after the
 * start: so a machine that was off, or cut off, joins late.  A machine from
 * which nothing comes is taken for lost after silence_s seconds, or sooner if
 * the cluster no longer knows it; if it is heard again, its copy goes on.  A
 * machine that reports why it cannot copy gets no further order.  The copy does
 * not wait for lost machines. */
#ifndef VF_VFIELD_COPY_RUN_H
#define VF_VFIELD_COPY_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "site/name_set.h"
#include "vfield/copy_report.h"
#include "vfield/nodes_named.h"

/* How many connections may be being set up at a time.  Arbitrary: ssh takes 20
 * ms of a processor to begin, so that more at a time would only wait for each
 * other; and if so many machines are down, the others still do not wait for
 * long. */
#define COPY_STARTS 32
#define COPY_AGAIN_MS 5000
/* A machine that has been silent for so many milliseconds counts as lost if it
 * has gone from the cluster.  Machines send something twice a second. */
#define COPY_GONE_MS 3000

struct copy_run_setup {
	const struct name_set *names;
	struct cluster_nodes *cluster;
	const char *run_dir;
	const char *rsh;
	/* the command line for the machines (copy_order.h) */
	const char *order;
	bool by_address; /* true: RSH gets addresses instead of names */
	/* true: once a machine has written the file, its node drops the image
	 * that the file came as */
	bool remove;
	uint64_t bytes; /* size of the image in bytes */
	uint64_t late_s;
	uint64_t silence_s;
	struct copy_report *report;
	const char *image; /* the image's id, in hexadecimal digits */
};

/* Runs the copy.  Returns 0: all machines have the file; 1: some do not; -1:
 * the copy could not begin, and the log says why; -2: a signal ended the copy.
 */
int copy_run(const struct copy_run_setup *s);

#endif
