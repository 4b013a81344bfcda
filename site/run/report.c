/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/run/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "site/in_root.h"

#define REPORT_MODE 0644

bool
report_good(const struct report *r)
{
	bool good = r->why[0] == '\0';

	for (size_t i = 0; i < r->n; i++)
		good &=
		    r->v[i].failed == 0 && (r->v[i].ran_hook == PLUGIN_HOOKS ||
					    r->v[i].ran.end == HOOK_OK);
	return good;
}

int
report_last_line(const char *text, const char **from)
{
	size_t end = strlen(text), begin;

	while (end > 0 && text[end - 1] == '\n')
		end--;
	begin = end;
	while (begin > 0 && text[begin - 1] != '\n')
		begin--;
	*from = text + begin;
	return end - begin;
}

void
report_say(const struct report *r)
{
	if (r->why[0] != '\0')
		log_error("%s", r->why);
	for (size_t i = 0; i < r->n; i++) {
		const struct report_plugin *p = &r->v[i];
		const char *line;
		int len = report_last_line(p->ran.said, &line);

		if (p->failed > 0)
			log_error("plugin %s: %s", p->plugin->name, p->why);
		if (p->ran_hook != PLUGIN_HOOKS && p->ran.end != HOOK_OK)
			log_error("plugin %s: its %s hook %s%s%.*s",
				  p->plugin->name,
				  plugin_hook_name(p->ran_hook),
				  hook_end_word(p->ran.end),
				  len > 0 ? ": " : "", len, line);
	}
}

static void
add_text(struct json_object *o, const char *key, const char *text)
{
	if (text != NULL && text[0] != '\0')
		json_object_object_add(o, key, json_object_new_string(text));
}

static void
add_hook(struct json_object *o, const struct report_plugin *p)
{
	const char *name = plugin_hook_name(p->ran_hook);
	char key[32];

	add_text(o, name, hook_end_word(p->ran.end));
	snprintf(key, sizeof key, "%s_ms", name);
	json_object_object_add(o, key, json_object_new_int64(p->ran.took_ms));
	add_text(o, "said", p->ran.said);
}

static struct json_object *
plugin_json(const struct report_plugin *p)
{
	struct json_object *o = json_object_new_object();

	add_text(o, "name", p->plugin->name);
	json_object_object_add(o, "files", json_object_new_int(p->files));
	json_object_object_add(o, "failed", json_object_new_int(p->failed));
	add_text(o, "why", p->why);
	json_object_object_add(o, "changed", json_object_new_int(p->changed));
	if (p->ran_hook != PLUGIN_HOOKS)
		add_hook(o, p);
	if (p->every > 0) {
		json_object_object_add(o, "every",
				       json_object_new_int(p->every));
		json_object_object_add(
		    o, "repair",
		    json_object_new_boolean(p->plugin->hooks[PLUGIN_REPAIR]));
	}
	json_object_object_add(o, "next_boot",
			       json_object_new_boolean(p->next_boot));
	add_text(o, "mark", p->mark);
	add_text(o, "boot_mark", p->boot_mark);
	return o;
}

static struct json_object *
facts_json(const struct facts *f)
{
	struct json_object *o = json_object_new_object();

	for (size_t i = 0; i < FACTS_OWN; i++)
		add_text(o, facts_own_name(i), f->own[i]);
	return o;
}

int
report_write(const struct report *r, const char *root)
{
	AUTO_CLOSE int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct json_object *o = json_object_new_object();
	struct json_object *plugins = json_object_new_array();
	const char *text;
	int result = -1;

	add_text(o, "host", r->host);
	add_text(o, "site", r->site_id);
	add_text(o, "seed", r->seed);
	json_object_object_add(o, "facts", facts_json(r->facts));
	add_text(o, "why", r->why);
	for (size_t i = 0; i < r->n; i++)
		json_object_array_add(plugins, plugin_json(&r->v[i]));
	json_object_object_add(o, "plugins", plugins);
	text = json_object_to_json_string_ext(
	    o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	if (fd != -1 && text != NULL)
		result = in_root_write(fd, REPORT_FILE, text, strlen(text),
				       REPORT_MODE);
	json_object_put(o);
	return result;
}
