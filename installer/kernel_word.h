/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* kernel_word: parses words of the kernel's command line.  One of them may ask
 * for a job: vfield.install=install or vfield.install=repair, with ":N" if the
 * job has another number than 1.  Pure. */
#ifndef VF_INSTALLER_KERNEL_WORD_H
#define VF_INSTALLER_KERNEL_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KERNEL_VALUE_MAX 128 /* bytes of a value, with the NUL */

/* Parses the last word vfield.install= in the line.  Sets *repair (false: an
 * installation) and *job, the job's number.  Returns 0, or -1 if there is no
 * such word, or it is wrong. */
int kernel_word(const char *line, bool *repair, uint64_t *job);
/* Copies the value of the last word NAME=VALUE, where NAME is `name`, to
 * `value`.  Returns 0, or -1 if there is no such word, or its value does not
 * fit. */
int kernel_value(const char *line, const char *name, char *value, size_t size);

#endif
