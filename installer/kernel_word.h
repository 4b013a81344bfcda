/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* kernel_word: words of the kernel's command line: the job that the kernel's
 * command line asks for, as vfield.install=install or vfield.install=repair,
 * with ":N" if the job has another number than 1.  Pure. */
#ifndef VF_INSTALLER_KERNEL_WORD_H
#define VF_INSTALLER_KERNEL_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KERNEL_VALUE_MAX 128 /* bytes of a value, with the NUL */

/* Finds the last such word in the line.  Returns 0, or -1 if there is none, or
 * one that is wrong. */
int kernel_word(const char *line, bool *repair, uint64_t *job);
/* Copies the value of the last word NAME=VALUE to `value`.  Returns 0, or -1 if
 * there is none that fits. */
int kernel_value(const char *line, const char *name, char *value, size_t size);

#endif
