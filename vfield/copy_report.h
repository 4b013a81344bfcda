/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copy_report: reports how a copy to many machines goes.  On standard output
 * each machine gets a line when its copy ends, or, as JSON, one object a line.
 * A terminal gets a bar for all machines together.  A log file gets the lines
 * again, with the date. */
#ifndef VF_VFIELD_COPY_REPORT_H
#define VF_VFIELD_COPY_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "vfield/copy_node.h"

struct copy_report {
	bool json;
	FILE *log;        /* the log file; NULL: there is none */
	const char *path; /* path of the file on the machines */
	uint64_t bytes;   /* size of the image in bytes */
	int64_t began_ns; /* when the copy began */
	int64_t said_ns;  /* when progress was last reported */
	bool bar;         /* true: a bar is on the terminal now */
};

void copy_report_begin(struct copy_report *r, const char *image, size_t nnodes);
/* Reports the new state of a node: done, failed, lost, or running again. */
void copy_report_node(struct copy_report *r, const struct copy_node *n);
/* Reports how far the nodes are, if enough time has passed since the last such
 * report. */
void copy_report_progress(struct copy_report *r, const struct copy_node *nodes,
			  size_t n);
/* Reports how the whole copy ended. */
void copy_report_end(struct copy_report *r, const struct copy_node *nodes,
		     size_t n);

#endif
