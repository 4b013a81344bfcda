/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield plugin: lists and shows the plugins that a site can use, and runs a
 * hook on this machine. */
#include "vfield/cmd.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "lib/log.h"
#include "lib/options.h"
#include "lib/stdout_flush.h"
#include "site/facts.h"
#include "site/hook.h"
#include "site/render_plan.h"
#include "site/shelf.h"
#include "vfield/site_dir.h"
#include "vfield/verbs.h"

#define PROGRAM "vfield plugin"
/* the site's directory on a machine that has booted with a site */
#define SITE_BOOTED "/" HOOK_SITE

struct settings {
	struct site_where where;
	const char *host;
	bool dry_run;
	bool json;
};

#define OPT_SETTINGS struct settings

static const struct option_spec show_options[] = {
    SITE_DIR_OPTIONS,
    OPT("json", 'j', FLAG, json, NULL, "the same as JSON"),
    {0},
};

static const struct option_spec run_options[] = {
    SITE_DIR_OPTIONS,
    OPT("host", 0, STRING, host, "NAME",
	"whose settings it gets (default: this machine's)"),
    OPT("dry-run", 'n', FLAG, dry_run, NULL, "show what would be run"),
    {0},
};

struct task {
	const struct settings *set;
	struct shelf *shelf;
	struct site *site; /* NULL: there is no site */
};

/* Returns how many hosts of the site use the plugin `name`. */
static size_t
users(const struct task *t, const char *name)
{
	size_t n = t->site != NULL ? name_set_count(site_names(t->site)) : 0;
	size_t users = 0;

	for (size_t i = 0; i < n; i++)
		users += site_has(site_host_at(t->site, i), "plugins", name);
	return users;
}

static void
add_list(struct json_object *o, const char *key, char *const *v, size_t n)
{
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; i < n; i++)
		json_object_array_add(a, json_object_new_string(v[i]));
	json_object_object_add(o, key, a);
}

static struct json_object *
text_json(const char *text)
{
	return text != NULL ? json_object_new_string(text) : NULL;
}

static struct json_object *
plugin_json(const struct task *t, const struct plugin *p)
{
	struct json_object *o = json_object_new_object();
	struct json_object *hooks = json_object_new_array();
	struct json_object *settings = json_object_new_array();

	json_object_object_add(o, "name", text_json(p->name));
	json_object_object_add(o, "directory", text_json(p->dir));
	json_object_object_add(o, "description", text_json(p->description));
	json_object_object_add(o, "hosts",
			       json_object_new_int64(users(t, p->name)));
	add_list(o, "packages", p->packages, p->npackages);
	add_list(o, "needs", p->needs, p->nneeds);
	json_object_object_add(o, "role", text_json(p->role));
	for (int h = 0; h < PLUGIN_HOOKS; h++)
		if (p->hooks[h])
			json_object_array_add(hooks,
					      text_json(plugin_hook_name(h)));
	json_object_object_add(o, "hooks", hooks);
	for (size_t i = 0; i < p->nsettings; i++) {
		struct json_object *s = json_object_new_object();

		json_object_object_add(s, "key", text_json(p->settings[i].key));
		json_object_object_add(s, "default",
				       text_json(p->settings[i].value));
		json_object_object_add(s, "question",
				       text_json(p->settings[i].question));
		json_object_array_add(settings, s);
	}
	json_object_object_add(o, "settings", settings);
	return o;
}

static int
print_json(struct json_object *o)
{
	puts(json_object_to_json_string_ext(
	    o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
	return stdout_flush(PROGRAM);
}

static int
list(const struct task *t, char **words)
{
	size_t n;
	const char *const *names = shelf_names(t->shelf, &n);
	struct json_object *a = json_object_new_array();
	int result = 0;

	if (!t->set->json)
		printf("%-16s %5s  %s\n", "plugin", "hosts", "description");
	for (size_t i = 0; i < n; i++) {
		char why[PLUGIN_WHY];
		const struct plugin *p = shelf_get(t->shelf, names[i], why);

		if (p == NULL) {
			log_error("%s", why);
			result = -1;
		} else if (t->set->json) {
			json_object_array_add(a, plugin_json(t, p));
		} else {
			printf("%-16s %5zu  %s\n", p->name, users(t, p->name),
			       p->description != NULL ? p->description : "");
		}
	}
	if (t->set->json)
		return print_json(a) == 0 ? result : -1;
	json_object_put(a);
	return stdout_flush(PROGRAM) == 0 ? result : -1;
}

static void
print_list(const char *label, char *const *v, size_t n)
{
	printf("%-12s", label);
	for (size_t i = 0; i < n; i++)
		printf(" %s", v[i]);
	puts("");
}

static void
print_hooks(const struct plugin *p)
{
	printf("%-12s", "hooks");
	for (int h = 0; h < PLUGIN_HOOKS; h++)
		if (p->hooks[h])
			printf(" %s", plugin_hook_name(h));
	puts("");
}

/* Prints the paths of all files that the plugin writes or adds to.  Returns 0;
 * -1: the log says why. */
static int
print_files(struct plugin *p)
{
	char why[PLUGIN_WHY];
	struct render_plan *plan = render_plan_make(&p, 1, why);

	if (plan == NULL) {
		log_error("%s", why);
		return -1;
	}
	for (size_t i = 0; i < plan->nitems; i++)
		if (plan->items[i].kind != PLAN_DIR)
			printf("%-12s /%s%s\n", "file", plan->items[i].path,
			       plan->items[i].kind == PLAN_ADD ? " (a block)"
							       : "");
	render_plan_free(plan);
	return 0;
}

static struct plugin *
get(const struct task *t, const char *name)
{
	char why[PLUGIN_WHY];
	struct plugin *p = shelf_get(t->shelf, name, why);

	if (p == NULL)
		log_error("%s", why);
	return p;
}

static int
show(const struct task *t, char **words)
{
	struct plugin *p = get(t, words[0]);
	int result;

	if (p == NULL)
		return -1;
	if (t->set->json)
		return print_json(plugin_json(t, p));
	printf("%-12s %s\n", "plugin", p->name);
	printf("%-12s %s\n", "directory", p->dir);
	if (p->description != NULL)
		printf("%-12s %s\n", "description", p->description);
	printf("%-12s %zu\n", "hosts", users(t, p->name));
	print_list("packages", p->packages, p->npackages);
	print_list("needs", p->needs, p->nneeds);
	if (p->role != NULL)
		printf("%-12s %s\n", "role", p->role);
	print_hooks(p);
	for (size_t i = 0; i < p->nsettings; i++)
		printf("%-12s %s = %s%s%s\n", "setting", p->settings[i].key,
		       p->settings[i].value,
		       p->settings[i].question != NULL ? "   ; " : "",
		       p->settings[i].question != NULL ? p->settings[i].question
						       : "");
	result = print_files(p);
	return stdout_flush(PROGRAM) == 0 ? result : -1;
}

/* Runs the plugin's hook `hook`; with --dry-run prints the hook's environment
 * and path instead.  Returns 0; -1: the log says why. */
static int
run_hook(const struct task *t, const struct plugin *p, const char *hook,
	 char **env)
{
	struct hook h = {.root = "/",
			 .dir = p->dir,
			 .site = t->set->where.dir,
			 .program = hook,
			 .env = env,
			 .seconds = HOOK_SECONDS};
	struct hook_result r;

	if (t->set->dry_run) {
		for (size_t i = 0; env[i] != NULL; i++)
			puts(env[i]);
		printf("%s/%s\n", p->dir, hook);
		return stdout_flush(PROGRAM);
	}
	hook_run(&h, &r);
	fputs(r.said, stdout);
	if (r.end != HOOK_OK)
		log_error("%s: the hook %s %s", p->name, hook,
			  hook_end_word(r.end));
	return stdout_flush(PROGRAM) == 0 && r.end == HOOK_OK ? 0 : -1;
}

static int
run(const struct task *t, char **words)
{
	char name[HOST_NAME_MAX + 1] = "", why[PLUGIN_WHY];
	struct plugin *plugins[SHELF_HOST_MAX], *p = get(t, words[0]);
	struct facts f = {.plugins = plugins};
	enum plugin_hook hook = plugin_hook_named(words[1]);
	char **env;
	int n, result;

	if (p == NULL)
		return -1;
	if (hook == PLUGIN_HOOKS || !p->hooks[hook]) {
		log_error("%s has no hook %s", p->name, words[1]);
		return -1;
	}
	gethostname(name, sizeof name - 1);
	if (t->site != NULL)
		f.host = site_host(t->site,
				   t->set->host != NULL ? t->set->host : name);
	if (f.host == NULL) {
		log_error("%s: the site does not have this host (--host)",
			  t->set->host != NULL ? t->set->host : name);
		return -1;
	}
	n = shelf_host(t->shelf, f.host, plugins, why);
	f.n = n == -1 ? 0 : n;
	env = facts_env(&f, p, words[1]);
	if (env == NULL)
		log_fatal("%m");
	result = run_hook(t, p, words[1], env);
	facts_env_free(env);
	return result;
}

static const struct verb {
	int (*run)(const struct task *t, char **words);
	int words;
	struct command_spec command;
} verbs[] = {
    {list,
     0,
     {.program = "vfield plugin list",
      .args = "",
      .summary = "List the plugins that there are.",
      .options = show_options}},
    {show,
     1,
     {.program = "vfield plugin show",
      .args = "NAME",
      .summary = "Show a plugin: its settings, hooks and files.",
      .options = show_options}},
    {run,
     2,
     {.program = "vfield plugin run",
      .args = "NAME HOOK",
      .summary = "Run a hook of a plugin on this machine.",
      .options = run_options}},
};

#define NVERBS (sizeof verbs / sizeof *verbs)

static void
open_site(struct task *t)
{
	struct site_errors errors = {0};
	struct site_plugins plugins = shelf_site_plugins(t->shelf);

	if (access(t->set->where.dir, F_OK) == 0)
		t->site = site_load(t->set->where.dir, &plugins, &errors);
	for (size_t i = 0; i < errors.n && i < SITE_ERRORS_MAX; i++)
		log_warn("%s/%s:%u: %s", t->set->where.dir, errors.v[i].file,
			 errors.v[i].line, errors.v[i].text);
}

static int
run_verb(const struct verb *v, int argc, char **argv)
{
	struct settings set = {
	    .where.dir = access(SITE_DIR, F_OK) == 0 ? SITE_DIR : SITE_BOOTED};
	struct task t = {.set = &set};
	char **rest;
	int nrest, result;

	log_init(v->command.program, false);
	options_parse(&v->command, argc, argv, &set, &rest, &nrest);
	if (nrest != v->words) {
		fprintf(stderr, "%s: it takes %s\nTry '%s --help'.\n",
			v->command.program,
			v->words > 0 ? v->command.args : "no operands",
			v->command.program);
		return 2;
	}
	t.shelf = shelf_new(set.where.dir, set.where.shipped);
	if (t.shelf == NULL)
		log_fatal("%m");
	open_site(&t);
	result = v->run(&t, rest);
	site_free(t.site);
	shelf_free(t.shelf);
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static const struct command_spec *
verb_at(size_t i)
{
	return i < NVERBS ? &verbs[i].command : NULL;
}

int
cmd_plugin(int argc, char **argv)
{
	static const struct verbs vs = {
	    .program = PROGRAM,
	    .about = "Plugins, which make machines of one image different.\n",
	    .at = verb_at};
	int status, i = verbs_find(&vs, argc, argv, &status);

	return i == -1 ? status : run_verb(&verbs[i], argc - 1, argv + 1);
}
