/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/digest.h"
#include "site/hook.h"

/* The values that every plugin gets: for each the name in templates, the
 * variable in a hook's environment, and the key in the hosts file; key NULL:
 * the hosts file has no key for it. */
static const struct {
	const char *name, *variable, *key;
} own[FACTS_OWN] = {
    {"host.name", "VFIELD_HOST", NULL},
    {"host.address", "VFIELD_ADDRESS", "address"},
    {"host.mac", "VFIELD_MAC", "mac"},
    {"host.domain", "VFIELD_DOMAIN", NULL},
    {"host.gateway", "VFIELD_GATEWAY", "gateway"},
    {"host.name_servers", "VFIELD_NAME_SERVERS", "name_servers"},
    {"host.core", "VFIELD_CORE", NULL},
    {"host.id", "VFIELD_ID", NULL},
};

int
facts_own(struct facts *f, const char *name, const char *text)
{
	for (size_t i = 0; i < FACTS_OWN; i++)
		if (strcmp(own[i].name, name) == 0) {
			f->own[i] = text;
			return 0;
		}
	return -1;
}

const char *
facts_own_name(size_t i)
{
	return own[i].name;
}

void
facts_id(const char *seed, const char *host, char id[FACTS_ID])
{
	AUTO_FREE char *text = NULL;
	char hex[DIGEST_HEX];
	struct digest d;

	if (asprintf(&text, "vfield machine %s %s", seed, host) == -1)
		abort();
	d = digest_of(text, strlen(text));
	digest_hex(&d, hex);
	snprintf(id, FACTS_ID, "%.32s", hex);
}

/* Returns the value own[i], "" if it is unknown; of a list, the first element.
 */
static const char *
own_value(const struct facts *f, size_t i)
{
	const char *text = NULL;

	if (f->host != NULL && own[i].key != NULL)
		text = site_get(f->host, own[i].key);
	if (text == NULL && f->host != NULL && i == 0)
		text = f->host->name;
	if (text == NULL)
		text = f->own[i];
	return text != NULL ? text : "";
}

const char *
facts_setting(const struct facts *f, const struct plugin *p,
	      const struct plugin_setting *s)
{
	const char *text = NULL;

	if (f->host != NULL)
		text = site_setting(f->host, p->name, s->key);
	return text != NULL ? text : s->value;
}

static const struct plugin *
find_plugin(const struct facts *f, const char *name, size_t len)
{
	for (size_t i = 0; i < f->n; i++)
		if (strlen(f->plugins[i]->name) == len &&
		    memcmp(f->plugins[i]->name, name, len) == 0)
			return f->plugins[i];
	return NULL;
}

const char *
facts_value(const struct facts *f, const struct plugin *p, const char *name)
{
	const char *dot = strchr(name, '.'), *key = name;
	const struct plugin_setting *s;

	for (size_t i = 0; i < FACTS_OWN; i++)
		if (strcmp(own[i].name, name) == 0)
			return own_value(f, i);
	if (dot != NULL) {
		const struct plugin *other = find_plugin(f, name, dot - name);

		if (other == NULL ||
		    (other != p && !plugin_needs(p, other->name)))
			return NULL;
		p = other;
		key = dot + 1;
	}
	s = plugin_setting(p, key);
	return s != NULL ? facts_setting(f, p, s) : NULL;
}

/* Appends a variable to the environment *env, which has *n variables.  If there
 * is no memory, frees the environment and sets *env to NULL; later calls do
 * nothing then. */
static void __attribute__((format(printf, 3, 4)))
add(char ***env, size_t *n, const char *fmt, ...)
{
	char **more =
	    *env == NULL ? NULL : realloc(*env, (*n + 2) * sizeof **env);
	va_list ap;

	if (more == NULL) {
		facts_env_free(*env);
		*env = NULL;
		return;
	}
	*env = more;
	va_start(ap, fmt);
	if (vasprintf(&more[*n], fmt, ap) == -1)
		more[*n] = NULL;
	va_end(ap);
	if (more[*n] == NULL) {
		facts_env_free(more);
		*env = NULL;
		return;
	}
	more[++*n] = NULL;
}

char **
facts_env(const struct facts *f, const struct plugin *p, const char *hook)
{
	char **env = calloc(1, sizeof *env);
	size_t n = 0;

	add(&env, &n, "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
	add(&env, &n, "LC_ALL=C");
	add(&env, &n, "HOME=/root");
	/* systemd's own socket tells a hook, which has a namespace of its own
	 * for processes, no process id of systemd, and systemctl refuses that
	 * socket; D-Bus has no such trouble */
	add(&env, &n, "SYSTEMCTL_FORCE_BUS=1");
	add(&env, &n, "VFIELD_PLUGIN=%s", p->name);
	add(&env, &n, "VFIELD_HOOK=%s", hook);
	add(&env, &n, "VFIELD_HOSTS=/run/vfield/hosts");
	add(&env, &n, "VFIELD_SITE=/" HOOK_SITE);
	for (size_t i = 0; i < FACTS_OWN; i++)
		add(&env, &n, "%s=%s", own[i].variable, own_value(f, i));
	for (size_t i = 0; i < p->nsettings; i++) {
		const struct plugin_setting *s = &p->settings[i];

		add(&env, &n, "SETTING_%s=%s", s->key, facts_setting(f, p, s));
	}
	return env;
}

void
facts_env_free(char **env)
{
	for (size_t i = 0; env != NULL && env[i] != NULL; i++)
		free(env[i]);
	free(env);
}

unsigned
facts_every(const struct facts *f, const struct plugin *p)
{
	const char *text = f->host != NULL
			       ? site_setting(f->host, p->name, PLUGIN_EVERY)
			       : NULL;
	unsigned seconds;

	if (!p->hooks[PLUGIN_CHECK])
		return 0;
	if (text != NULL && plugin_every_parse(text, &seconds) == 0)
		return seconds;
	return p->every != 0 ? p->every : PLUGIN_EVERY_DEFAULT;
}
