/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* set_files: records which files plugins have written in a system (set), and
 * what was there before, so that a file that no plugin sets any more is removed
 * and the former one comes back.
 *
 *   var/lib/vfield/files           a line for each file: "set PLUGIN PATH", or
 *                                  "add PLUGIN PATH" for a block in a file
 *   var/lib/vfield/originals/PATH  what was at PATH before a plugin set it
 *
 * Both are in the system itself, so they last as long as the files do: from
 * boot to boot on a machine whose disk keeps what is written.
 *
 * Limits   an original of more than SET_FILES_BYTES is not kept: when no plugin
 *          sets its path any more, the plugin's file is removed, and nothing
 *          comes back.
 */
#ifndef VF_SITE_RUN_SET_FILES_H
#define VF_SITE_RUN_SET_FILES_H

#include "site/render_plan.h"

#define SET_FILES_BYTES (1U << 20)

struct set_files;

/* Reads what earlier runs have set in the system with that root.  Returns NULL
 * and sets errno if the root cannot be opened, or for lack of memory. */
struct set_files *set_files_open(const char *root);
void set_files_free(struct set_files *s);
/* Keeps what is there before an item is set for the first time. */
void set_files_before(struct set_files *s, const struct plan_item *item);
/* Takes away what the plan does not set any more, and calls `gone` with the
 * plugin of each; notes what the plan sets.  Returns 0; -1 and errno: that
 * could not be noted. */
int set_files_settle(struct set_files *s, const struct render_plan *plan,
		     void (*gone)(void *ctx, const char *plugin), void *ctx);

#endif
