/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/run/check_host.h"

#include <stdio.h>
#include <string.h>

bool
check_hook_ok(const char *word)
{
	enum plugin_hook h = plugin_hook_named(word);

	return h == PLUGIN_CHECK || h == PLUGIN_REPAIR;
}

static int
run_hook(const struct boot_job *job, const struct plugin *p, const char *hook)
{
	char **env = facts_env(job->facts, p, hook);
	struct hook h = {.root = job->root,
			 .dir = p->dir,
			 .site = job->site,
			 .program = hook,
			 .env = env,
			 .seconds = job->seconds,
			 .memory_max = HOOK_MEMORY_MAX,
			 .fill_max = HOOK_FILL_MAX};
	struct hook_result r = {.end = HOOK_NOT_RUN};
	const char *line;
	int len;

	if (env != NULL)
		hook_run(&h, &r);
	facts_env_free(env);
	if (r.end == HOOK_OK)
		return 0;
	len = report_last_line(r.said, &line);
	if (r.end == HOOK_FAILED && len > 0)
		printf("%.*s\n", len, line);
	else
		printf("%s%s%.*s\n", hook_end_word(r.end), len > 0 ? ": " : "",
		       len, line);
	return -1;
}

int
check_host(const struct boot_job *job, const char *hook, const char *plugin)
{
	struct plugin *plugins[SHELF_HOST_MAX];
	char why[PLUGIN_WHY];
	int n = shelf_host(job->shelf, job->facts->host, plugins, why);
	int i = 0, result = -1;

	while (i < n && strcmp(plugins[i]->name, plugin) != 0)
		i++;
	if (n == -1) {
		puts(why);
		return -1;
	}
	if (i == n || !plugins[i]->hooks[plugin_hook_named(hook)]) {
		printf("the host has no plugin %s with a hook %s\n", plugin,
		       hook);
		return -1;
	}
	job->facts->plugins = plugins;
	job->facts->n = n;
	result = run_hook(job, plugins[i], hook);
	job->facts->plugins = NULL;
	job->facts->n = 0;
	return result;
}
