/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* kernel_version: which of two kernels is newer, and which is an ordinary one.
 */
#ifndef VF_MKIMAGE_KERNEL_VERSION_H
#define VF_MKIMAGE_KERNEL_VERSION_H

#include <stdbool.h>

/* Compares: less than, equal to or greater than 0, as a is older than b, the
 * same, or newer. Numbers are compared as numbers; a release candidate
 * ("6.12.0-rc7", "6.12~rc7-amd64") is older than its release. */
int version_compare(const char *a, const char *b);

/* A flavour that a machine of any kind does not want, where there is another:
 * for clouds and virtual machines (without drivers of cards), for real time,
 * for debugging. */
bool version_is_special(const char *version);

/* The last part of a version, as Alpine names its kernels: "lts" of
 * "6.6.58-0-lts".  Empty: it has none. */
const char *version_flavour(const char *version);

#endif
