/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* copy_report: tells how a copy to many machines goes: a line for the end of
 * each machine on standard output, or JSON, one object a line; a bar for all of
 * them on a terminal; and the lines once more, with the date, in a log file.
 */
#ifndef VF_VFIELD_COPY_REPORT_H
#define VF_VFIELD_COPY_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "vfield/copy_node.h"

struct copy_report {
	bool json;
	FILE *log;        /* NULL: there is none */
	const char *path; /* on the machines */
	uint64_t bytes;   /* bytes that the image has */
	int64_t began_ns; /* when the copy began */
	int64_t said_ns;  /* when progress was told last */
	bool bar;         /* a bar stands on the terminal */
};

void copy_report_begin(struct copy_report *r, const char *image, size_t nnodes);
/* Tells what a node has become: done, failed, lost, or running again. */
void copy_report_node(struct copy_report *r, const struct copy_node *n);
/* Tells how far the nodes are, if it is time to. */
void copy_report_progress(struct copy_report *r, const struct copy_node *nodes,
			  size_t n);
/* Tells how it ended. */
void copy_report_end(struct copy_report *r, const struct copy_node *nodes,
		     size_t n);

#endif
