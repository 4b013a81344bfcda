/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* fetch_report: says how far `vfield fetch` has come.  A person sees a bar on
 * the terminal, or a line in the log now and then.  A program reads JSON from
 * stdout, one object in each line:
 *
 *   {"event":"wait"}            the image is not known here yet
 *   {"event":"begin","image":ID,"bytes":N}
 *   {"event":"progress","done":N,"bytes":N,"seconds":S}
 *   {"event":"end","path":PATH,"bytes":N,"seconds":S,"verified":true}
 *   {"event":"error","why":TEXT,"done":N}
 *
 * The last line is an "end" or an "error".
 */
#ifndef VF_VFIELD_FETCH_REPORT_H
#define VF_VFIELD_FETCH_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/digest.h"

/* Milliseconds between two "progress" lines of JSON. */
#define FETCH_REPORT_MS 500

struct fetch_report {
	bool json;
	const char *path;
	uint64_t bytes;   /* size of the image in bytes */
	uint64_t done;    /* bytes that were written so far */
	int64_t began_ns; /* when the fetch began; 0: it has not */
	int64_t said_ns;  /* when the last line was written */
};

void fetch_report_wait(struct fetch_report *r);
void fetch_report_begin(struct fetch_report *r, const struct digest *id,
			uint64_t bytes);
/* The next three functions return 0; or -1 if nobody can read the lines, since
 * stdout is closed. */
int fetch_report_progress(struct fetch_report *r);
int fetch_report_end(struct fetch_report *r);
/* Reports that the fetch has failed, and why: to a program by JSON, to a person
 * on stderr. */
int fetch_report_error(struct fetch_report *r, const char *why);

#endif
