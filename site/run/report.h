/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* report: the deeds of a machine's plugins, kept in REPORT_FILE of its system
 * as JSON:
 *
 *   {"host": NAME, "site": ID, "seed": TEXT, "facts": {NAME: VALUE},
 *    "why": TEXT, "plugins": [{"name": NAME, "files": N, "failed": N,
 *     "changed": N, "why": TEXT, "boot": WORD, "boot_ms": N, "said": TEXT,
 *     "next_boot": BOOL, "mark": DIGITS, "boot_mark": DIGITS}]}
 *
 * "why" says what is wrong, of the whole or of a plugin's first file, and is
 * missing where nothing is.  "boot" and "boot_ms" are there where the hook
 * `boot` was run, "change" and "change_ms" where the hook `change` was.
 * "changed" counts files that were not there as they are now.  "next_boot" says
 * that the plugin's hook `boot` has more to do, at the next boot.  "mark" is
 * what the hooks depend on (mark.h), "boot_mark" the same at the last boot.
 */
#ifndef VF_SITE_RUN_REPORT_H
#define VF_SITE_RUN_REPORT_H

#include <stdbool.h>

#include "site/facts.h"
#include "site/hook.h"
#include "site/run/mark.h"
#include "site/run/past.h"
#include "site/shelf.h"

struct report_plugin {
	const struct plugin *plugin;
	unsigned files, failed; /* that were written; that could not be */
	char why[PLUGIN_WHY]; /* error of the first that could not be; or empty
			       */
	unsigned changed;     /* files that were not there as they are */
	enum plugin_hook ran_hook; /* the hook that was run; PLUGIN_HOOKS: none
				    */
	struct hook_result ran;
	bool next_boot; /* the hook `boot` has more to do at the next boot */
	char mark[MARK_TEXT], boot_mark[MARK_TEXT]; /* or empty */
};

struct report {
	const char *host;
	const char *site_id, *seed; /* NULL: not said */
	const struct facts *facts;
	char why[PLUGIN_WHY]; /* why no plugin did anything; or empty */
	struct report_plugin v[SHELF_HOST_MAX];
	size_t n;
};

/* Returns whether all went well. */
bool report_good(const struct report *r);
/* Says on stderr what did not go well, a line each. */
void report_say(const struct report *r);
/* Writes the report into the system with that root.  Returns 0, or -1 and
 * errno. */
int report_write(const struct report *r, const char *root);

#endif
