/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Finds the values of each host, by the sections whose lines it takes. */
#include "site/site_inside.h"

#include <stdlib.h>
#include <string.h>

/* How many lines all hosts together may take.  Arbitrary: a hostile file must
 * not cost more than a second. */
#define WORK_MAX (1 << 20)

/* Collects the values of one host: `v` has those found so far, with the values
 * of a key next to each other. */
struct taker {
	struct site *site;
	struct site_errors *errors;
	/* number of lines that were taken so far, for all hosts */
	unsigned work;
	size_t number;    /* number of the host, from 1 on */
	const char *host; /* name of the host */
	const struct site_value *v[SITE_VALUES_MAX];
	size_t n;
	bool failed;
};

/* Sets *at to the index of the first value of a key in t->v, and returns how
 * many values the key has.  If there is none, *at is t->n. */
static size_t
find_key(const struct taker *t, const char *key, size_t *at)
{
	size_t n = 0;

	for (*at = 0; *at < t->n && strcmp(t->v[*at]->key, key) != 0;)
		++*at;
	while (*at + n < t->n && strcmp(t->v[*at + n]->key, key) == 0)
		n++;
	return n;
}

static void
drop(struct taker *t, size_t at, size_t n)
{
	memmove(&t->v[at], &t->v[at + n], (t->n - at - n) * sizeof *t->v);
	t->n -= n;
}

static void
insert(struct taker *t, size_t at, const struct site_value *v)
{
	if (t->n == SITE_VALUES_MAX) {
		site_error(t->errors, v->file, v->line,
			   "%s: more than %d values for the host %s", v->key,
			   SITE_VALUES_MAX, t->host);
		t->failed = true;
		return;
	}
	memmove(&t->v[at + 1], &t->v[at], (t->n - at) * sizeof *t->v);
	t->v[at] = v;
	t->n++;
}

/* Adds an element to a list, or removes it from the list. */
static void
change(struct taker *t, enum entry_op op, const struct site_value *v)
{
	size_t at, n = find_key(t, v->key, &at), i = 0;

	while (i < n && strcmp(t->v[at + i]->text, v->text) != 0)
		i++;
	if (op == ENTRY_REMOVE && i < n)
		drop(t, at + i, 1);
	else if (op != ENTRY_REMOVE && i == n)
		insert(t, at + n, v);
}

static void
take_entry(struct taker *t, const struct entry *e)
{
	size_t at, n;

	if (strcmp(e->key, "hosts") == 0 || strcmp(e->key, "use") == 0)
		return;
	if (++t->work > WORK_MAX) {
		site_error(t->errors, SITE_HOSTS, e->line,
			   "%s: too many lines for all hosts together", e->key);
		t->failed = true;
		return;
	}
	if (e->op == ENTRY_SET) {
		n = find_key(t, e->key, &at);
		drop(t, at, n);
	}
	for (size_t i = 0; i < e->n && !t->failed; i++)
		change(t, e->op, &e->values[i]);
}

/* Takes the lines of a section, after those of the sections that it uses; does
 * nothing if the host has taken them already. */
static void
take(struct taker *t, struct section *s)
{
	if (s->taken_by == t->number || t->failed)
		return;
	s->taken_by = t->number;
	for (size_t i = 0; i < s->nuses; i++)
		take(t, s->uses[i]);
	for (size_t i = 0; i < s->n && !t->failed; i++)
		take_entry(t, &s->entries[i]);
}

static int
take_all(struct taker *t, size_t i)
{
	struct hosts_file *f = t->site->file;
	const struct groups_of *g = &t->site->groups[i];
	const struct site_value **v;
	struct section *own;

	t->n = 0;
	t->number = i + 1;
	t->host = name_set_at(t->site->names, i);
	take(t, &f->sections[0]);
	for (size_t j = 0; j < g->n; j++)
		take(t, g->v[j]);
	own = hosts_file_section(f, t->host);
	if (own != NULL)
		take(t, own);
	v = hosts_file_alloc(f, t->n * sizeof *v);
	if (v == NULL || t->failed)
		return -1;
	memcpy(v, t->v, t->n * sizeof *v);
	t->site->hosts[i] = (struct site_host){t->host, v, t->n};
	return 0;
}

/* Checks that no two hosts have the same value of a key; adds an error for
 * those that have.  Returns 0; -1: there is no memory. */
static int
check_unique(struct site *s, const char *key, struct site_errors *errors)
{
	size_t *who = calloc(name_set_count(s->names) + 1, sizeof *who);
	struct name_set *seen = name_set_new();
	int result = who == NULL || seen == NULL ? -1 : 0;

	for (size_t i = 0; i < name_set_count(s->names) && result == 0; i++) {
		size_t n, before;
		const struct site_value *const *v =
		    site_values(&s->hosts[i], key, &n);

		if (n == 0)
			continue;
		before = name_set_count(seen);
		result = name_set_add(seen, v[0]->text, strlen(v[0]->text));
		if (name_set_count(seen) > before)
			who[before] = i;
		else if (result == 0)
			site_error(
			    errors, v[0]->file, v[0]->line,
			    "%s = %s: %s and %s have the same", key, v[0]->text,
			    s->hosts[who[name_set_find(seen, v[0]->text)]].name,
			    s->hosts[i].name);
	}
	name_set_free(seen);
	free(who);
	return result;
}

/* Returns true if the host's key has the value `text`. */
static bool
is(const struct site_host *h, const char *key, const char *text)
{
	const char *value = site_get(h, key);

	return value != NULL && strcmp(value, text) == 0;
}

/* Checks that hosts whose disk keeps the image's chunks start from it: from the
 * network they would have the disk in use, and could not be repaired.  Adds an
 * error for the first that does not. */
static void
check_base(struct site *s, struct site_errors *errors)
{
	for (size_t i = 0; i < name_set_count(s->names); i++) {
		const struct site_host *h = &s->hosts[i];
		const struct site_value *v;
		size_t n;

		if (!is(h, "base", "image") || is(h, "boot_from", "disk"))
			continue;
		v = site_values(h, "base", &n)[0];
		site_error(errors, v->file, v->line,
			   "base = image: %s needs boot_from = disk, too",
			   h->name);
		return;
	}
}

int
site_find_values(struct site *s, struct site_errors *errors)
{
	struct taker t = {.site = s, .errors = errors};
	size_t n = name_set_count(s->names);

	s->hosts = calloc(n + 1, sizeof *s->hosts);
	if (s->hosts == NULL)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (take_all(&t, i) == -1)
			return -1;
	if (check_unique(s, "mac", errors) == -1)
		return -1;
	if (check_unique(s, "address", errors) == -1)
		return -1;
	check_base(s, errors);
	return site_check_roles(s, errors);
}
