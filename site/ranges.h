/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* ranges: parses and prints names of machines as a person types them, in the
 * form of ClusterShell's node sets.
 *
 *   node7                 a name
 *   node[01-40,50]        a name for each number; zeros in front are kept
 *   rack[1-2]n[1-9/2]     a name for each pair of numbers; /2: steps of 2
 *   a,b                   both names
 *   @compute  @*          the names of a group; all names
 *   !node07  !@compute    removes these; at the beginning: from all names
 *
 * Names keep the order in which they are typed.  Blanks separate as commas do.
 *
 * Limits   RANGES_TEXT_MAX bytes of text, NAME_SET_MAX names. */
#ifndef VF_SITE_RANGES_H
#define VF_SITE_RANGES_H

#include "site/name_set.h"

#define RANGES_TEXT_MAX 4096
#define RANGES_WHY 160 /* bytes of an error message, with the NUL */

/* Returns the names of a group, or all names for "*".  Returns NULL if there is
 * no such group, and may then write an error message to `why`. */
typedef const struct name_set *(*ranges_group)(void *ctx, const char *group,
					       char why[RANGES_WHY]);

/* Adds the names that `text` means to the set `to`, or removes them, in the
 * order of `text`.  If text begins with '!' and the set is empty, all names are
 * added first.  `group` may be NULL: there are no groups.  Returns 0; -1: `why`
 * says what is wrong, and `to` has some of the names. */
int ranges_parse(const char *text, ranges_group group, void *ctx,
		 struct name_set *to, char why[RANGES_WHY]);
/* Returns true if the name can be that of a machine: at most 63 letters, digits
 * and '-', which is neither first nor last. */
bool ranges_name_ok(const char *name);
/* Returns true if the name can be that of a group: the same as for a machine,
 * but '_' and '.' may be in it, too. */
bool ranges_group_ok(const char *name);
/* Returns the set as text, as "node[01-40,50],server", for free(); NULL: there
 * is no memory. */
char *ranges_text(const struct name_set *s);

#endif
