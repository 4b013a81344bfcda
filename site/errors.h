/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* errors: collects the errors in a site's files, each with its file and line.
 *
 * Limits   the first SITE_ERRORS_MAX errors are kept, the others are counted.
 */
#ifndef VF_SITE_ERRORS_H
#define VF_SITE_ERRORS_H

#include <stddef.h>

#define SITE_ERRORS_MAX 20
#define SITE_ERROR_TEXT 256

struct site_error {
	char file[128]; /* path of the file in the site's directory */
	/* from 1 on; 0: the error is about the file as a whole */
	unsigned line;
	char text[SITE_ERROR_TEXT];
};

struct site_errors {
	size_t n; /* number of all errors; the first SITE_ERRORS_MAX are in v */
	struct site_error v[SITE_ERRORS_MAX];
};

void __attribute__((format(printf, 4, 5)))
site_error(struct site_errors *e, const char *file, unsigned line,
	   const char *fmt, ...);
/* Sorts the kept errors by file and line. */
void site_errors_sort(struct site_errors *e);

#endif
