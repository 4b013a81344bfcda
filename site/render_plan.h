/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* render_plan: which files the plugins of a host put into its root, found in
 * their directories root/.
 *
 *   NAME        a file, a link or a directory as it is
 *   NAME.in     a text in which @key@ stands for a value (template.h)
 *   NAME.gen    a program; what it prints is the file
 *   NAME.add    such a text, which becomes a marked block of the file
 *
 * A path may be set once: two that set it are an error, as is a file of one
 * that is a directory of the other.  Blocks may be added by all.
 *
 * Limits   PLAN_ITEMS_MAX files a host; PLAN_DEPTH_MAX directories in each
 *          other; files, directories and links alone.
 * Memory   a plan points into its plugins, which outlive it.
 */
#ifndef VF_SITE_RENDER_PLAN_H
#define VF_SITE_RENDER_PLAN_H

#include <sys/types.h>

#include "site/plugin.h"

/* Chosen: many times what any plugin has. */
#define PLAN_ITEMS_MAX 4096
#define PLAN_DEPTH_MAX 16
#define PLAN_PATH_MAX 1024

enum plan_kind { PLAN_DIR, PLAN_LINK, PLAN_FILE, PLAN_IN, PLAN_GEN, PLAN_ADD };

struct plan_item {
	const struct plugin *plugin;
	enum plan_kind kind;
	char *from; /* path in the plugin's directory, such as root/etc/a.in */
	char *path; /* path in the machine's root, such as etc/a */
	mode_t mode;
};

struct render_plan {
	struct plan_item
	    *items; /* in the order of the plugins, then of paths */
	size_t nitems;
};

/* Makes the plan of n plugins, which are in their order.  Returns NULL and why.
 */
struct render_plan *render_plan_make(struct plugin *const *plugins, size_t n,
				     char why[PLUGIN_WHY]);
void render_plan_free(struct render_plan *r);

#endif
