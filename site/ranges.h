/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* ranges: names of machines as a person types them, in the form of
 * ClusterShell's node sets.
 *
 *   node7                 a name
 *   node[01-40,50]        a name for each number; zeros in front are kept
 *   rack[1-2]n[1-9/2]     each of one with each of the other; steps of 2
 *   a,b                   the names of both
 *   @compute  @*          the names of a group; all names
 *   !node07  !@compute    without these; at the beginning: all others
 *
 * What is read first comes first.  Blanks separate as commas do.
 *
 * Limits   RANGES_TEXT_MAX bytes of text, NAME_SET_MAX names.
 */
#ifndef VF_SITE_RANGES_H
#define VF_SITE_RANGES_H

#include "site/name_set.h"

#define RANGES_TEXT_MAX 4096
#define RANGES_WHY 160 /* bytes of the text that says what is wrong */

/* Returns the names of a group, or all names for "*".  Returns NULL if there is
 * no such group, and may then say in `why` what is wrong. */
typedef const struct name_set *(*ranges_group)(void *ctx, const char *group,
					       char why[RANGES_WHY]);

/* Adds to the set `to` the names that text means, or takes them from it; if
 * text begins with '!' and the set is empty, with all names in it first.
 * `group` may be NULL: there are no groups.  Returns 0; -1: `why` says what is
 * wrong, and `to` has some of the names. */
int ranges_parse(const char *text, ranges_group group, void *ctx,
		 struct name_set *to, char why[RANGES_WHY]);
/* Returns whether a name may be one of a machine's: letters, digits and '-',
 * which is neither first nor last, at most 63. */
bool ranges_name_ok(const char *name);
/* Returns whether a name may be one of a group's: the same, and '_' and '.'. */
bool ranges_group_ok(const char *name);
/* Returns the set as text, as "node[01-40,50],server", for free(); NULL: there
 * is no memory. */
char *ranges_text(const struct name_set *s);

#endif
