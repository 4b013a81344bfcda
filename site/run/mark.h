/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* mark: computes a digest of all that the hooks of a host's plugin depend on:
 * the plugin's values, its files except those in root/, and the site's own
 * files.  If two sites have the same mark for a plugin, its hooks do the same
 * for both. */
#ifndef VF_SITE_RUN_MARK_H
#define VF_SITE_RUN_MARK_H

#include "site/facts.h"

#define MARK_TEXT 17 /* bytes of a mark, with the NUL */

/* Writes the mark of plugin p, for a site in the directory `site`, to `to`;
 * writes "" if a file cannot be read. */
void mark_make(const struct facts *f, const struct plugin *p, const char *site,
	       char to[MARK_TEXT]);

#endif
