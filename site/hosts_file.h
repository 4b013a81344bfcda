/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* hosts_file: the sections of a hosts file and their lines, each checked by
 * itself.  site.c makes hosts of them.
 */
#ifndef VF_SITE_HOSTS_FILE_H
#define VF_SITE_HOSTS_FILE_H

#include <sys/queue.h>

#include "site/site.h"

enum entry_op { ENTRY_SET, ENTRY_ADD, ENTRY_REMOVE };

/* A line KEY = VALUE. */
struct entry {
	enum entry_op op;
	bool list;
	const char *key;
	unsigned line;
	struct site_value *values; /* elements; of a key that is no list: 1, or
				    * 0 if the value is empty */
	size_t n;
};

struct section {
	const char *name; /* "" for the lines before the first section */
	unsigned line;
	struct entry *entries;
	size_t n;
	/* for site.c: */
	struct name_set *hosts; /* hosts of a group; NULL until known */
	enum { SECTION_NEW, SECTION_BUSY, SECTION_DONE } state;
	bool is_group, is_host, used;
	struct section **uses; /* sections that `use` names */
	size_t nuses;
	size_t taken_by; /* number of the last host that took the section */
};

struct kept; /* a block of memory of a hosts_file */

struct hosts_file {
	struct section *sections; /* the first is the one without a name */
	size_t n;
	SLIST_HEAD(, kept) kept;
};

/* Parses the text of a hosts file.  Returns what it could read, and tells
 * `errors` what is wrong; NULL: ENOMEM, or too much of something. */
struct hosts_file *hosts_file_parse(const char *text, size_t len,
				    const struct site_plugins *plugins,
				    struct site_errors *errors);
void hosts_file_free(struct hosts_file *f);
/* Returns the section of that name, or NULL. */
struct section *hosts_file_section(struct hosts_file *f, const char *name);
/* Returns zeroed memory that lives as long as f.  Returns NULL on ENOMEM. */
void *hosts_file_alloc(struct hosts_file *f, size_t bytes);

#endif
