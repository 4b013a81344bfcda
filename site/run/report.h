/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* report: the deeds of a machine's plugins, kept in REPORT_FILE of its system
 * as JSON:
 *
 *   {"host": NAME, "why": TEXT, "plugins": [{"name": NAME, "files": N,
 *     "failed": N, "why": TEXT, "boot": WORD, "boot_ms": N, "said": TEXT}]}
 *
 * "why" says what is wrong, of the whole or of a plugin's first file, and is
 * missing where nothing is; "boot", "boot_ms" and "said" are missing where a
 * plugin has no hook `boot`, "said" too where the hook says nothing.
 */
#ifndef VF_SITE_RUN_REPORT_H
#define VF_SITE_RUN_REPORT_H

#include <stdbool.h>

#include "site/hook.h"
#include "site/shelf.h"

#define REPORT_FILE "run/vfield/plugins"

struct report_plugin {
	const struct plugin *plugin;
	unsigned files, failed; /* that were written; that could not be */
	char why[PLUGIN_WHY]; /* error of the first that could not be; or empty
			       */
	bool hook;            /* the hook was run */
	struct hook_result ran;
};

struct report {
	const char *host;
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
