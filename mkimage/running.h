/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* running: the running system's root, with the local file systems that are
 * mounted in it.
 *
 * A file system that cannot be shown is left out alone, and named: the others
 * come in. */
#ifndef VF_MKIMAGE_RUNNING_H
#define VF_MKIMAGE_RUNNING_H

#include <sys/types.h>

#include "mkimage/patterns.h"

/* Shows / at `at`.  Adds to *missing for each file system of a disk that
 * could not be shown; logged.  Those that out hides are passed over.  -1: the
 * root itself cannot be shown; logged. */
int running_show(const char *at, const struct patterns *out, unsigned *missing);

/* The place at which a block device is mounted in this system, malloc'ed;
 * NULL: nowhere. */
char *running_place(dev_t device);

#endif
