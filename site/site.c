/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/site.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/path_in.h"
#include "lib/pread_all.h"
#include "site/site_inside.h"

static int
read_all(const char *path, char **text, size_t *len)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode) || st.st_size > SITE_FILE_MAX) {
		errno = S_ISREG(st.st_mode) ? EFBIG : EINVAL;
		return -1;
	}
	*text = malloc(st.st_size + 1);
	if (*text == NULL ||
	    pread_all(fd, (uint8_t *)*text, st.st_size, 0) == -1)
		return -1;
	*len = st.st_size;
	return 0;
}

static struct site *
resolve(const char *text, size_t len, const struct site_plugins *plugins,
	struct site_errors *errors)
{
	static const struct site_plugins all = {0};
	struct site *s = calloc(1, sizeof *s);
	bool right;

	if (s == NULL)
		return NULL;
	s->file = hosts_file_parse(text, len, plugins ? plugins : &all, errors);
	s->names = name_set_new();
	right = s->file != NULL && s->names != NULL &&
		site_find_groups(s, errors) == 0 &&
		site_find_values(s, errors) == 0;
	if (right && errors->n == 0)
		return s;
	site_free(s);
	return NULL;
}

struct site *
site_read(const char *text, size_t len, const struct site_plugins *plugins,
	  struct site_errors *errors)
{
	size_t before = errors->n;
	struct site *s;

	if (len > SITE_FILE_MAX) {
		site_error(errors, SITE_HOSTS, 0, "more than %d bytes",
			   SITE_FILE_MAX);
		return NULL;
	}
	s = resolve(text, len, plugins, errors);
	if (s == NULL && errors->n == before)
		site_error(errors, SITE_HOSTS, 0, "%s", strerror(ENOMEM));
	site_errors_sort(errors);
	return s;
}

struct site *
site_load(const char *dir, const struct site_plugins *plugins,
	  struct site_errors *errors)
{
	AUTO_FREE char *path = path_in(dir, SITE_HOSTS);
	AUTO_FREE char *text = NULL;
	size_t len;

	if (read_all(path, &text, &len) == 0)
		return site_read(text, len, plugins, errors);
	site_error(errors, SITE_HOSTS, 0, "%s", strerror(errno));
	return NULL;
}

void
site_free(struct site *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; s->groups && i < name_set_count(s->names); i++)
		free(s->groups[i].v);
	free(s->groups);
	free(s->hosts);
	name_set_free(s->names);
	hosts_file_free(s->file);
	free(s);
}

const struct name_set *
site_names(const struct site *s)
{
	return s->names;
}

const struct site_host *
site_host_at(const struct site *s, size_t i)
{
	return &s->hosts[i];
}

const struct site_host *
site_host(const struct site *s, const char *name)
{
	ssize_t i = name_set_find(s->names, name);

	return i == -1 ? NULL : &s->hosts[i];
}

const struct site_host *
site_host_with_card(const struct site *s, const char *mac)
{
	for (size_t i = 0; i < name_set_count(s->names); i++) {
		const char *card = site_get(&s->hosts[i], "mac");

		if (card != NULL && strcasecmp(card, mac) == 0)
			return &s->hosts[i];
	}
	return NULL;
}

const struct name_set *
site_group(void *ctx, const char *group, char why[RANGES_WHY])
{
	struct site *s = ctx;
	const struct section *of;

	if (strcmp(group, "*") == 0)
		return s->names;
	of = hosts_file_section(s->file, group);
	return of != NULL ? of->hosts : NULL;
}

int
site_hosts_of(const struct site *s, const char *text, struct name_set *to,
	      char why[RANGES_WHY])
{
	const char *near;

	if (ranges_parse(text, site_group, (void *)(uintptr_t)s, to, why) == -1)
		return -1;
	for (size_t i = 0; i < name_set_count(to); i++) {
		const char *name = name_set_at(to, i);

		if (name_set_find(s->names, name) != -1)
			continue;
		near = name_set_near(s->names, name);
		snprintf(why, RANGES_WHY, "%s: the site has no such host%s%s%s",
			 name, near != NULL ? " (" : "",
			 near != NULL ? near : "", near != NULL ? "?)" : "");
		return -1;
	}
	if (name_set_count(to) > 0)
		return 0;
	snprintf(why, RANGES_WHY, "%.80s: no host is meant", text);
	return -1;
}

const struct site_value *const *
site_values(const struct site_host *h, const char *key, size_t *n)
{
	size_t at = 0;

	while (at < h->nvalues && strcmp(h->values[at]->key, key) != 0)
		at++;
	for (*n = 0;
	     at + *n < h->nvalues && strcmp(h->values[at + *n]->key, key) == 0;)
		++*n;
	return h->values + at;
}

const char *
site_get(const struct site_host *h, const char *key)
{
	size_t n;
	const struct site_value *const *v = site_values(h, key, &n);

	return n > 0 ? v[0]->text : NULL;
}

bool
site_has(const struct site_host *h, const char *key, const char *text)
{
	size_t n;
	const struct site_value *const *v = site_values(h, key, &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i]->text, text) == 0)
			return true;
	return false;
}

const char *
site_setting(const struct site_host *h, const char *plugin, const char *key)
{
	char name[SITE_KEY_MAX];
	int n = snprintf(name, sizeof name, "%s.%s", plugin, key);

	return n < (int)sizeof name ? site_get(h, name) : NULL;
}
