/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* plugin_build: runs the hooks `build` of plugins in a source.  No byte of the
 * source is changed: the files that hooks write are kept in memory, in a file
 * system that is laid over the source until the image is made.
 */
#ifndef VF_MKIMAGE_PLUGIN_BUILD_H
#define VF_MKIMAGE_PLUGIN_BUILD_H

#include "lib/options.h"
#include "mkimage/source_tree.h"

/* Runs the hooks `build` of the plugins in the directories `dirs`, in that
 * order; and, where `packages` is not NULL but names of packages, the hook that
 * makes a repository of them in the image (mkimage/packages).  bin is the
 * directory of this program.  Then t->dir is the directory that shows the
 * source with their changes.  Returns 0, or -1 with the error logged. */
int plugin_build(const struct option_list *dirs, const char *packages,
		 const char *bin, struct tree *t);

#endif
