/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* report: keeps what a machine's plugins did, in REPORT_FILE of the machine's
 * system as JSON:
 *
 *   {"host": NAME, "site": ID, "seed": TEXT, "facts": {NAME: VALUE},
 *    "why": TEXT, "plugins": [{"name": NAME, "files": N, "failed": N,
 *     "changed": N, "why": TEXT, "boot": WORD, "boot_ms": N, "said": TEXT,
 *     "every": N, "repair": BOOL, "next_boot": BOOL, "mark": DIGITS,
 *     "boot_mark": DIGITS}]}
 *
 * The first "why" says why no plugin did anything, that of a plugin what is
 * wrong with its first file that failed.  "why" is missing if nothing is wrong.
 * "boot" and "boot_ms" are there if the hook `boot` was run, "change" and
 * "change_ms" if the hook `change` was.  "changed" counts files that were
 * missing or different before.  "every" is there if the plugin has a hook
 * `check`: the seconds between two checks; "repair" says whether the plugin has
 * a hook `repair`.  "next_boot" says that the plugin's hook `boot`
 * has more to do, at the next boot.  "mark" is the mark (mark.h) of what the
 * hooks depend on, "boot_mark" the mark at the last boot. */
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
	/* how many files were written, and how many could not be */
	unsigned files, failed;
	/* error of the first file that could not be written; "":
	 * nothing */
	char why[PLUGIN_WHY];
	/* how many files were missing or different before */
	unsigned changed;
	/* the hook that was run; PLUGIN_HOOKS: none */
	enum plugin_hook ran_hook;
	struct hook_result ran;
	unsigned every; /* seconds between checks; 0: there is no check */
	bool next_boot; /* the hook `boot` has more to do at the next boot */
	/* marks (mark.h) now and at the last boot; "": none */
	char mark[MARK_TEXT], boot_mark[MARK_TEXT];
};

struct report {
	const char *host;
	const char *site_id, *seed; /* NULL: no option gives it */
	const struct facts *facts;
	char why[PLUGIN_WHY]; /* why no plugin did anything; "": plugins did */
	struct report_plugin v[SHELF_HOST_MAX];
	size_t n;
};

/* Returns the length of the text's last line that is not empty, and sets *from
 * to its beginning.  A program's last line says why it gives up. */
int report_last_line(const char *text, const char **from);
/* Returns true if all files were written and all hooks have succeeded. */
bool report_good(const struct report *r);
/* Logs each failure as one line. */
void report_say(const struct report *r);
/* Writes the report into the system whose root is `root`.  Returns 0, or -1 and
 * errno. */
int report_write(const struct report *r, const char *root);

#endif
