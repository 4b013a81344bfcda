/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* args: a command line that is being made, for a child process.
 *
 * Errors   a function that has no memory, or no room for one more word, ends
 *          the process.
 */
#ifndef VF_VFIELD_ARGS_H
#define VF_VFIELD_ARGS_H

#include "vfield/supervise.h"

struct args {
	char *v[SUPERVISE_ARGS_MAX]; /* words, malloc'ed; a NULL follows them */
	size_t n;
};

/* Adds a word. */
void args_add(struct args *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds two words: an option and its value. */
void args_pair(struct args *a, const char *option, const char *value);
void args_clear(struct args *a);

#endif
