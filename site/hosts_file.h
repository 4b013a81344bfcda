/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* hosts_file: parses a hosts file into sections and their lines, each of which
 * is checked by itself.  site.c makes hosts of them. */
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
	/* the elements of a list; of another key: one value, or none if the
	 * value is empty */
	struct site_value *values;
	size_t n;
};

struct section {
	const char *name; /* "" for the lines before the first section */
	unsigned line;
	struct entry *entries;
	size_t n;
	/* these fields are set and used by groups.c and values.c */
	struct name_set *hosts; /* hosts of a group; NULL: not found out yet */
	enum { SECTION_NEW, SECTION_BUSY, SECTION_DONE } state;
	bool is_group, is_host, used;
	/* sections that the section's lines `use` name */
	struct section **uses;
	size_t nuses;
	/* number of the last host that took this section's lines */
	size_t taken_by;
};

struct kept; /* a block of memory of a hosts_file */

struct hosts_file {
	struct section *sections; /* the first is the one without a name */
	size_t n;
	SLIST_HEAD(, kept) kept;
};

/* Parses the text of a hosts file.  Returns what could be read, and adds to
 * `errors` what is wrong; NULL: there is no memory, or too much of something,
 * which `errors` says. */
struct hosts_file *hosts_file_parse(const char *text, size_t len,
				    const struct site_plugins *plugins,
				    struct site_errors *errors);
void hosts_file_free(struct hosts_file *f);
/* Returns the section of that name; NULL: there is none. */
struct section *hosts_file_section(struct hosts_file *f, const char *name);
/* Returns zeroed memory that lives as long as f; NULL: there is no memory. */
void *hosts_file_alloc(struct hosts_file *f, size_t bytes);

#endif
