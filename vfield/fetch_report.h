/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fetch_report: says how far `vfield fetch` has come: to a person by a bar on
 * the terminal, or a line in the log now and then; to a program by JSON, one
 * object a line.
 *
 *   {"event":"begin","image":ID,"bytes":N}
 *   {"event":"progress","done":N,"bytes":N,"seconds":S}
 *   {"event":"end","path":PATH,"bytes":N,"seconds":S,"verified":true}
 *   {"event":"error","why":TEXT,"done":N}
 *
 * The last line is an end or an error.
 */
#ifndef VF_VFIELD_FETCH_REPORT_H
#define VF_VFIELD_FETCH_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/digest.h"

/* The time between two lines of JSON that say progress. */
#define FETCH_REPORT_MS 500

struct fetch_report {
	bool json;
	const char *path;
	uint64_t bytes;   /* bytes that the image has */
	uint64_t done;    /* bytes that were written */
	int64_t began_ns; /* 0: not begun */
	int64_t said_ns;  /* the time of the last line */
};

void fetch_report_begin(struct fetch_report *r, const struct digest *id,
			uint64_t bytes);
/* Each function returns 0; -1: standard output is closed, so nobody listens. */
int fetch_report_progress(struct fetch_report *r);
int fetch_report_end(struct fetch_report *r);
/* Says that the fetch has failed; a person is told on standard error. */
int fetch_report_error(struct fetch_report *r, const char *why);

#endif
