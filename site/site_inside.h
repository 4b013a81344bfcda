/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_inside: declares what the files that implement site.h share; no other
 * file includes this header. */
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
	/* groups[i]: the groups that name the host names[i] */
	struct groups_of *groups;
	struct site_host *hosts;
};

/* Finds out which sections are groups and hosts, and what each group and each
 * `use` names.  Fills in s->names, s->groups, and the sections.  Returns 0; -1:
 * there is no memory, or `errors` says what is wrong. */
int site_find_groups(struct site *s, struct site_errors *errors);
/* Finds the values of each host, and fills in s->hosts.  Returns 0; -1: there
 * is no memory, or `errors` says what is wrong. */
int site_find_values(struct site *s, struct site_errors *errors);
/* Checks the addresses of roles, after site_find_values.  Returns 0; -1: there
 * is no memory. */
int site_check_roles(struct site *s, struct site_errors *errors);

#endif
