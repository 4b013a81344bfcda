/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* kernel_version: compares versions of kernels, and tells special flavours from
 * ordinary ones. */
#ifndef VF_MKIMAGE_KERNEL_VERSION_H
#define VF_MKIMAGE_KERNEL_VERSION_H

#include <stdbool.h>

/* Returns a number less than, equal to or greater than 0 if version a is older
 * than b, the same, or newer.  Runs of digits are compared as numbers; a
 * release candidate ("6.12.0-rc7", "6.12~rc7-amd64") is older than its
 * release. */
int version_compare(const char *a, const char *b);

/* Returns whether the kernel of this version is of a flavour that should be
 * taken only if no other kernel is there: for clouds and virtual machines
 * (without drivers of real cards), for real time, for debugging and the
 * like. */
bool version_is_special(const char *version);

/* Returns the part after the last '-' of a version, by which Alpine names its
 * kernel files: "lts" of "6.6.58-0-lts".  Returns "" if the version has no '-',
 * or if that part begins with a digit. */
const char *version_flavour(const char *version);

#endif
