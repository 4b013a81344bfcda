/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Follows references from section to section: `use`, and @GROUP in `hosts`. */
#include "site/site_inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How many sections may follow each other by `use`, or by @GROUP; arbitrary. */
#define DEPTH_MAX 32
/* How many hosts all groups together may have.  Arbitrary: a hosts file of the
 * greatest size is still read within a second. */
#define MEMBERS_MAX (1 << 18)

/* The state of one call of site_find_groups. */
struct resolver {
	struct site *site;
	struct site_errors *errors;
	unsigned depth;
	size_t members; /* number of hosts in all groups so far */
	/* `errors` has an error of the group that is being read */
	bool told;
};

static int find_hosts(struct resolver *r, struct section *s);

#define wrong(r, line, ...)                                                    \
	site_error((r)->errors, SITE_HOSTS, line, __VA_ARGS__)

static bool
has_key(const struct section *s, const char *key)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->entries[i].key, key) == 0)
			return true;
	return false;
}

/* Returns the hosts of the group `name`, which the line `hosts` of another
 * group names; NULL: there is no such group, or `why` says what is wrong. */
static const struct name_set *
group_in_group(void *ctx, const char *name, char why[RANGES_WHY])
{
	struct resolver *r = ctx;
	struct section *s = hosts_file_section(r->site->file, name);

	if (s == NULL || !s->is_group)
		return NULL;
	if (s->state == SECTION_BUSY) {
		snprintf(why, RANGES_WHY, "@%s: the group is its own member",
			 name);
		return NULL;
	}
	if (r->depth == DEPTH_MAX) {
		snprintf(why, RANGES_WHY, "@%s: %d groups in each other", name,
			 DEPTH_MAX);
		return NULL;
	}
	if (find_hosts(r, s) == -1)
		return NULL;
	s->used = true;
	return s->hosts;
}

static int
parse_hosts(struct resolver *r, struct section *s)
{
	char why[RANGES_WHY];
	int result = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct entry *e = &s->entries[i];

		if (strcmp(e->key, "hosts") != 0)
			continue;
		if (e->op == ENTRY_SET)
			name_set_clear(s->hosts);
		if (e->n > 0 && ranges_parse(e->values[0].text, group_in_group,
					     r, s->hosts, why) == -1) {
			if (!r->told)
				wrong(r, e->line, "hosts = %.100s: %s",
				      e->values[0].text, why);
			r->told = true;
			result = -1;
		}
	}
	return result;
}

/* Sets the hosts of the group s, unless they are set already.  Returns 0; -1:
 * there is no memory, or `errors` says what is wrong. */
static int
find_hosts(struct resolver *r, struct section *s)
{
	int result;

	if (s->state == SECTION_DONE)
		return 0;
	s->hosts = name_set_new();
	if (s->hosts == NULL)
		return -1;
	s->state = SECTION_BUSY;
	r->depth++;
	result = parse_hosts(r, s);
	r->depth--;
	s->state = SECTION_DONE;
	r->members += name_set_count(s->hosts);
	if (r->members <= MEMBERS_MAX)
		return result;
	wrong(r, s->line, "[%s]: too many hosts in all groups together",
	      s->name);
	return -1;
}

static int
find_groups(struct resolver *r)
{
	struct hosts_file *f = r->site->file;
	int result = 0;

	for (size_t i = 1; i < f->n; i++)
		f->sections[i].is_group = has_key(&f->sections[i], "hosts");
	for (size_t i = 1; i < f->n; i++) {
		r->told = false;
		if (f->sections[i].is_group &&
		    find_hosts(r, &f->sections[i]) == -1)
			result = -1;
	}
	return result;
}

/* Adds the host that the section s, which is no group's, is named after to
 * site->names.  Returns 0, or -1 after an error. */
static int
add_single(struct resolver *r, const struct section *s)
{
	if (!ranges_name_ok(s->name)) {
		wrong(r, s->line,
		      "[%s]: a host's name has letters, digits and '-'",
		      s->name);
		return -1;
	}
	return name_set_add(r->site->names, s->name, strlen(s->name));
}

/* Adds the names of all hosts to site->names, in the order of the file.
 * Returns 0, or -1 after an error. */
static int
find_names(struct resolver *r)
{
	struct site *site = r->site;
	int result = 0;

	for (size_t i = 1; i < site->file->n && result == 0; i++) {
		struct section *s = &site->file->sections[i];

		if (s->is_group)
			result = name_set_plus(site->names, s->hosts);
		else if (has_key(s, "mac") || has_key(s, "address"))
			result = add_single(r, s);
		if (result == -1 && errno == ENOSPC)
			wrong(r, s->line, "[%s]: more than %d hosts", s->name,
			      NAME_SET_MAX);
	}
	for (size_t i = 1; i < site->file->n && result == 0; i++) {
		struct section *s = &site->file->sections[i];

		s->is_host = name_set_find(site->names, s->name) != -1;
		if (s->is_host && s->is_group)
			wrong(r, s->line, "[%s] is a group, and a host of one",
			      s->name);
	}
	return result;
}

static void
add_use(struct resolver *r, struct section *s, const struct site_value *v)
{
	struct section *to = hosts_file_section(r->site->file, v->text);

	if (to == NULL || *v->text == '\0')
		wrong(r, v->line, "use = %s: no such section", v->text);
	else if (to->is_host)
		wrong(r, v->line, "use = %s: this is a host", v->text);
	else
		s->uses[s->nuses++] = to;
	if (to != NULL)
		to->used = true;
}

/* Sets s->uses to the sections that the lines `use` of s name.  Returns 0; -1:
 * there is no memory. */
static int
find_uses(struct resolver *r, struct section *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->entries[i].key, "use") == 0)
			n += s->entries[i].n;
	s->uses = hosts_file_alloc(r->site->file, n * sizeof *s->uses);
	if (s->uses == NULL)
		return -1;
	for (size_t i = 0; i < s->n; i++) {
		const struct entry *e = &s->entries[i];

		if (strcmp(e->key, "use") != 0)
			continue;
		if (e->op == ENTRY_REMOVE)
			wrong(r, e->line, "use: has no -=");
		if (e->op == ENTRY_SET)
			s->nuses = 0;
		for (size_t j = 0; j < e->n; j++)
			add_use(r, s, &e->values[j]);
	}
	return 0;
}

/* Follows `use` from section to section, beginning at s.  Returns 0; -1: the
 * way leads back to a section on it, or is too long, which `errors` says. */
static int
walk_uses(struct resolver *r, struct section *s)
{
	int result = 0;

	if (s->state == SECTION_DONE)
		return 0;
	if (s->state == SECTION_BUSY || r->depth == DEPTH_MAX) {
		wrong(r, s->line,
		      s->state == SECTION_BUSY ? "[%s] uses itself"
					       : "[%s]: used through too many",
		      s->name);
		return -1;
	}
	s->state = SECTION_BUSY;
	r->depth++;
	for (size_t i = 0; i < s->nuses && result == 0; i++)
		result = walk_uses(r, s->uses[i]);
	r->depth--;
	s->state = SECTION_DONE;
	return result;
}

static int
check_uses(struct resolver *r)
{
	struct hosts_file *f = r->site->file;

	for (size_t i = 1; i < f->n; i++)
		if (find_uses(r, &f->sections[i]) == -1)
			return -1;
	for (size_t i = 1; i < f->n; i++)
		f->sections[i].state = SECTION_NEW;
	for (size_t i = 1; i < f->n; i++) {
		struct section *s = &f->sections[i];

		if (walk_uses(r, s) == -1)
			return -1;
		if (!s->used && !s->is_group && !s->is_host)
			wrong(r, s->line,
			      "[%s]: no group has this host, and nothing uses "
			      "it as a template",
			      s->name);
	}
	return 0;
}

/* Adds the group s to the groups of each of its hosts.  Returns 0; -1: there is
 * no memory. */
static int
add_group(struct site *site, struct section *s)
{
	for (size_t i = 0; i < name_set_count(s->hosts); i++) {
		struct groups_of *g = &site->groups[name_set_find(
		    site->names, name_set_at(s->hosts, i))];
		struct section **v = g->v;

		if ((g->n & (g->n - 1)) == 0) /* room is a power of two */
			v = realloc(v, (g->n == 0 ? 1 : 2 * g->n) * sizeof *v);
		if (v == NULL)
			return -1;
		g->v = v;
		g->v[g->n++] = s;
	}
	return 0;
}

int
site_find_groups(struct site *s, struct site_errors *errors)
{
	struct resolver r = {.site = s, .errors = errors};

	if (find_groups(&r) == -1 || find_names(&r) == -1 ||
	    check_uses(&r) == -1)
		return -1;
	s->groups = calloc(name_set_count(s->names) + 1, sizeof *s->groups);
	if (s->groups == NULL)
		return -1;
	for (size_t i = 1; i < s->file->n; i++)
		if (s->file->sections[i].is_group &&
		    add_group(s, &s->file->sections[i]) == -1)
			return -1;
	return 0;
}
