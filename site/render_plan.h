/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* render_plan: lists the files that a host's plugins put into its system's
 * root, by what is in their directories root/.
 *
 *   NAME        a file, a link or a directory as it is
 *   NAME.in     a text in which @key@ stands for a value (template.h)
 *   NAME.gen    a program; what it prints becomes the file
 *   NAME.add    a text like NAME.in, which becomes a marked block of the file
 *
 * It is an error if two plugins set the same path, or if a path is a file of
 * one plugin and a directory of another.  All plugins may add blocks to a path.
 *
 * Limits   PLAN_ITEMS_MAX files a host; PLAN_DEPTH_MAX directories within each
 *          other; files, directories and links alone.
 * Memory   a plan points into its plugins, which must outlive it. */
#ifndef VF_SITE_RENDER_PLAN_H
#define VF_SITE_RENDER_PLAN_H

#include <sys/types.h>

#include "site/plugin.h"

/* Arbitrary: many times what any plugin has. */
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
	    /* in the order of the plugins; within a plugin in that of paths */
	    *items;
	size_t nitems;
};

/* Makes the plan of the n plugins, which must be sorted by plugin_order().
 * Returns NULL and writes `why` on failure. */
struct render_plan *render_plan_make(struct plugin *const *plugins, size_t n,
				     char why[PLUGIN_WHY]);
void render_plan_free(struct render_plan *r);

#endif
