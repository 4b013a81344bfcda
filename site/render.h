/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* render: writes the files of a host's plugins into the root of its system.
 *
 * First come the files that one plugin alone sets, in the order of the plugins,
 * then the blocks that plugins add to shared files.  Nothing is written outside
 * of the root (in_root.h).  Rendering twice has the same result as rendering
 * once.
 *
 * Limits   RENDER_FILE_MAX bytes a file, RENDER_ALL_MAX bytes in all. */
#ifndef VF_SITE_RENDER_H
#define VF_SITE_RENDER_H

#include "site/facts.h"
#include "site/hook.h"
#include "site/render_plan.h"

/* Arbitrary: a kernel's module is smaller than a file may be.  All bytes of a
 * file are held in memory. */
#define RENDER_FILE_MAX (16U << 20)
#define RENDER_ALL_MAX (128U << 20)

struct render {
	const struct render_plan *plan;
	const struct facts *facts;
	const char *root; /* path of the system's root */
	/* path of the site's directory, which programs NAME.gen see */
	const char *site;
	unsigned seconds; /* how many seconds a program NAME.gen may take */
	/* Called for each file before it is written; NULL: nothing is. */
	void (*before)(void *ctx, const struct plan_item *item);
	/* Called for each file.  `changed`: the file was missing or different
	 * before.  `why`: what has gone wrong with the file; NULL: nothing. */
	void (*done)(void *ctx, const struct plan_item *item, bool changed,
		     const char *why);
	void *ctx;
};

/* Checks that all names in templates are declared.  Writes and runs nothing.
 * Returns 0; or -1 and writes `why` about the first name that is not declared.
 */
int render_check(const struct render_plan *plan, const struct facts *facts,
		 char why[PLUGIN_WHY]);
/* Writes all files.  Returns 0; -1: some could not be written. */
int render_run(const struct render *r);

#endif
