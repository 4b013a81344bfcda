/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* plugin_build: runs the hooks `build` of plugins in a source, of which no byte
 * is changed: what they write lies over it, in memory, until the image is made.
 */
#ifndef VF_MKIMAGE_PLUGIN_BUILD_H
#define VF_MKIMAGE_PLUGIN_BUILD_H

#include <stddef.h>

#include "mkimage/source_tree.h"

/* Runs the hooks of the plugins in these n directories, in that order, with
 * t->dir becoming the directory in which their work is seen.  Returns 0; -1:
 * the log says why. */
int plugin_build(const char *const *dirs, size_t n, struct tree *t);

#endif
