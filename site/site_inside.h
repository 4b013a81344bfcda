/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_inside: shared by the files that implement site.h; no other file
 * includes it. */
#ifndef VF_SITE_SITE_INSIDE_H
#define VF_SITE_SITE_INSIDE_H

#include "site/hosts_file.h"

/* The groups that name a host, in the order of the file. */
struct groups_of {
	struct section **v;
	size_t n;
};

struct site {
	struct hosts_file *file;
	struct name_set *names;
	/* entries in the order of names, one a name */
	struct groups_of *groups;
	struct site_host *hosts;
};

/* Finds out which sections are groups and hosts, and what each group and each
 * `use` names: fills in s->names, s->groups, and the sections.  Returns 0; -1:
 * there is no memory, or `errors` says what is wrong. */
int site_find_groups(struct site *s, struct site_errors *errors);
/* Gives each host its values: fills in s->hosts.  Returns as above. */
int site_find_values(struct site *s, struct site_errors *errors);

#endif
