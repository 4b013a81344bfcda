/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/run/role_host.h"

#include <errno.h>
#include <string.h>

#include "lib/log.h"

bool
role_verb_ok(const char *verb)
{
	static const char *const verbs[] = {"can", "start", "runs", "stop"};

	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(verb, verbs[i]) == 0)
			return true;
	return false;
}

static int
run_hook(const struct boot_job *job, const struct plugin *p, const char *verb)
{
	const char *program = plugin_hook_name(PLUGIN_ROLE);
	char **env = facts_env(job->facts, p, program);
	struct hook h = {.root = job->root,
			 .dir = p->dir,
			 .site = job->site,
			 .program = program,
			 .argument = verb,
			 .env = env,
			 .seconds = job->seconds,
			 .memory_max = HOOK_MEMORY_MAX,
			 .fill_max = HOOK_FILL_MAX};
	struct hook_result r = {.end = HOOK_NOT_RUN};

	if (env != NULL)
		hook_run(&h, &r);
	facts_env_free(env);
	if (r.end == HOOK_OK)
		return 0;
	r.said[strcspn(r.said, "\n")] = '\0';
	log_warn("%s: role %s: %s: %s", p->name, verb, hook_end_word(r.end),
		 r.said);
	return -1;
}

int
role_host(const struct boot_job *job, const char *role, const char *verb)
{
	bool stop = strcmp(verb, "stop") == 0;
	struct plugin *plugins[SHELF_HOST_MAX];
	char why[PLUGIN_WHY];
	int n = shelf_host(job->shelf, job->facts->host, plugins, why);
	int result = 0;

	if (n == -1) {
		log_error("%s", why);
		return -1;
	}
	job->facts->plugins = plugins;
	job->facts->n = n;
	for (int i = 0; i < n && (result == 0 || stop); i++) {
		const struct plugin *p = plugins[stop ? n - 1 - i : i];

		if (p->role == NULL || strcmp(p->role, role) != 0 ||
		    !p->hooks[PLUGIN_ROLE])
			continue;
		if (run_hook(job, p, verb) == -1)
			result = -1;
	}
	job->facts->plugins = NULL;
	job->facts->n = 0;
	return result;
}
