/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Checks that each role has one address, which nothing else has. */
#include "site/site_inside.h"

#include <stdlib.h>
#include <string.h>

#include "site/keys.h"

struct addresses {
	struct name_set *hosts; /* addresses of hosts */
	struct name_set *roles; /* addresses of roles */
	struct name_set *keys;  /* keys such as "role.log.address" */
	/* the first value of each key of `keys`, in that order */
	const struct site_value **first;
};

static int
add(struct name_set *s, const char *text)
{
	return name_set_add(s, text, strlen(text));
}

static int
check(struct addresses *a, const struct site_value *v,
      struct site_errors *errors)
{
	ssize_t i = name_set_find(a->keys, v->key);

	if (i != -1) {
		if (strcmp(a->first[i]->text, v->text) != 0)
			site_error(errors, v->file, v->line,
				   "%s = %s: another host has %s", v->key,
				   v->text, a->first[i]->text);
		return 0;
	}
	if (name_set_find(a->hosts, v->text) != -1)
		site_error(errors, v->file, v->line,
			   "%s = %s: a host has that address", v->key, v->text);
	else if (name_set_find(a->roles, v->text) != -1)
		site_error(errors, v->file, v->line,
			   "%s = %s: another role has that address", v->key,
			   v->text);
	a->first[name_set_count(a->keys)] = v;
	return add(a->keys, v->key) == -1 ? -1 : add(a->roles, v->text);
}

static int
check_host(struct addresses *a, const struct site_host *h,
	   struct site_errors *errors)
{
	for (size_t i = 0; i < h->nvalues; i++)
		if (site_key_is_role_address(h->values[i]->key) &&
		    check(a, h->values[i], errors) == -1)
			return -1;
	return 0;
}

/* Returns how many values are addresses of roles. */
static size_t
count(const struct site *s)
{
	size_t n = 0;

	for (size_t i = 0; i < name_set_count(s->names); i++)
		for (size_t j = 0; j < s->hosts[i].nvalues; j++)
			n += site_key_is_role_address(
			    s->hosts[i].values[j]->key);
	return n;
}

int
site_check_roles(struct site *s, struct site_errors *errors)
{
	struct addresses a = {.hosts = name_set_new(),
			      .roles = name_set_new(),
			      .keys = name_set_new(),
			      .first = calloc(count(s) + 1, sizeof *a.first)};
	size_t n = name_set_count(s->names);
	int result = a.hosts == NULL || a.roles == NULL || a.keys == NULL ||
			     a.first == NULL
			 ? -1
			 : 0;

	for (size_t i = 0; i < n && result == 0; i++) {
		const char *address = site_get(&s->hosts[i], "address");

		if (address != NULL)
			result = add(a.hosts, address);
	}
	for (size_t i = 0; i < n && result == 0; i++)
		result = check_host(&a, &s->hosts[i], errors);
	name_set_free(a.hosts);
	name_set_free(a.roles);
	name_set_free(a.keys);
	free(a.first);
	return result;
}
