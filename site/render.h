/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* render: writes the files of a host's plugins into the root of its system.
 *
 * Files that are set come first, in the order of the plugins, then the blocks
 * that are added to files.  Nothing is written outside of the root (in_root.h).
 * What is rendered twice is the same as what is rendered once.
 *
 * Limits   RENDER_FILE_MAX bytes a file, RENDER_ALL_MAX bytes in all.
 */
#ifndef VF_SITE_RENDER_H
#define VF_SITE_RENDER_H

#include "site/facts.h"
#include "site/hook.h"
#include "site/render_plan.h"

/* Chosen: a kernel's module is smaller, and it is all held in memory. */
#define RENDER_FILE_MAX (16U << 20)
#define RENDER_ALL_MAX (128U << 20)

struct render {
	const struct render_plan *plan;
	const struct facts *facts;
	const char *root; /* path of the system's root */
	const char *site; /* path of the site's directory, for .gen */
	unsigned seconds; /* limit of time of a .gen */
	/* Is told of each file: why is NULL, or says what is wrong with it.  A
	 * file that has `changed` was not there as it is now. */
	void (*done)(void *ctx, const struct plan_item *item, bool changed,
		     const char *why);
	void *ctx;
};

/* Looks whether all names in templates are declared.  Returns 0; -1 and why, of
 * the first that is not.  Nothing is written, and nothing run. */
int render_check(const struct render_plan *plan, const struct facts *facts,
		 char why[PLUGIN_WHY]);
/* Writes all files.  Returns 0; -1: some could not be written. */
int render_run(const struct render *r);

#endif
