/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/run/boot_host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "site/in_root.h"
#include "site/render.h"
#include "site/run/set_files.h"

#define LIST_MODE 0644

static struct report_plugin *
of_plugin(struct report *r, const struct plugin *p)
{
	size_t i = 0;

	while (r->v[i].plugin != p)
		i++;
	return &r->v[i];
}

/* The files that are written. */
struct writes {
	struct report *r;
	struct set_files *set; /* NULL: files that go are not known */
};

static void
before_file(void *ctx, const struct plan_item *item)
{
	struct writes *w = ctx;

	if (w->set != NULL)
		set_files_before(w->set, item);
}

/* Counts a file that is gone as one that has changed. */
static void
file_gone(void *ctx, const char *plugin)
{
	struct report *r = ((struct writes *)ctx)->r;

	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->v[i].plugin->name, plugin) == 0)
			r->v[i].changed++;
}

static void
rendered(void *ctx, const struct plan_item *item, bool changed, const char *why)
{
	struct report_plugin *p =
	    of_plugin(((struct writes *)ctx)->r, item->plugin);

	p->changed += changed;
	if (why == NULL) {
		p->files++;
		return;
	}
	if (p->failed++ == 0)
		snprintf(p->why, sizeof p->why, "%s", why);
}

static void
run_hook(const struct boot_job *job, enum plugin_hook hook,
	 struct report_plugin *p)
{
	char **env = facts_env(job->facts, p->plugin, plugin_hook_name(hook));
	struct hook h = {.root = job->root,
			 .dir = p->plugin->dir,
			 .site = job->site,
			 .program = plugin_hook_name(hook),
			 .env = env,
			 .seconds = job->seconds,
			 .memory_max = job->live ? HOOK_MEMORY_MAX : 0,
			 .fill_max = HOOK_FILL_MAX};

	if (env == NULL)
		return;
	p->ran_hook = hook;
	hook_run(&h, &p->ran);
	facts_env_free(env);
}

static bool
same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Returns true if a hook `change` says that the rest waits for the next boot.
 */
static bool
ends_later(const struct hook_result *ran)
{
	return ran->end == HOOK_FAILED && WIFEXITED(ran->status) &&
	       WEXITSTATUS(ran->status) == BOOT_HOST_LATER;
}

/* Runs the hook `change` of a plugin that has changed since the previous
 * report.  If the plugin has no such hook, its hook `boot` is left to the next
 * boot. */
static void
change_plugin(const struct boot_job *job, struct report_plugin *p)
{
	const char *name = p->plugin->name;
	const char *boot = past_plugin(job->past, name, "boot_mark");
	bool changed = p->changed > 0 ||
		       !same(past_plugin(job->past, name, "mark"), p->mark);

	snprintf(p->boot_mark, sizeof p->boot_mark, "%s",
		 boot != NULL ? boot : "");
	if (p->plugin->hooks[PLUGIN_CHANGE]) {
		if (changed)
			run_hook(job, PLUGIN_CHANGE, p);
		if (p->ran_hook != PLUGIN_HOOKS && ends_later(&p->ran)) {
			p->ran.end = HOOK_OK;
			p->next_boot = true;
		}
		/* an empty mark has the next run call a hook that has failed
		 * again */
		if (p->ran_hook != PLUGIN_HOOKS && p->ran.end != HOOK_OK)
			p->mark[0] = '\0';
	} else {
		p->next_boot = p->plugin->hooks[PLUGIN_BOOT] &&
			       !same(p->boot_mark, p->mark);
	}
}

static void
run_hooks(const struct boot_job *job, struct report_plugin *p)
{
	mark_make(job->facts, p->plugin, job->site, p->mark);
	if (job->live) {
		change_plugin(job, p);
		return;
	}
	strcpy(p->boot_mark, p->mark);
	if (p->plugin->hooks[PLUGIN_BOOT])
		run_hook(job, PLUGIN_BOOT, p);
}

static void
run_plugins(const struct boot_job *job, const struct render_plan *plan,
	    struct report *r)
{
	struct writes w = {r, set_files_open(job->root)};
	struct render render = {.plan = plan,
				.facts = job->facts,
				.root = job->root,
				.site = job->site,
				.seconds = job->seconds,
				.before = before_file,
				.done = rendered,
				.ctx = &w};

	(void)render_run(&render);
	if (w.set != NULL && set_files_settle(w.set, plan, file_gone, &w) == -1)
		log_warn("%s: files that the site sets stay: %m", job->root);
	set_files_free(w.set);
	for (size_t i = 0; i < r->n; i++)
		run_hooks(job, &r->v[i]);
}

void
boot_host(const struct boot_job *job, struct report *r)
{
	struct plugin *plugins[SHELF_HOST_MAX];
	int n = shelf_host(job->shelf, job->facts->host, plugins, r->why);
	struct render_plan *plan = NULL;

	r->host = job->facts->host->name;
	r->facts = job->facts;
	if (n != -1)
		plan = render_plan_make(plugins, n, r->why);
	if (plan == NULL)
		return;
	r->n = n;
	for (size_t i = 0; i < r->n; i++)
		r->v[i] = (struct report_plugin){
		    .plugin = plugins[i],
		    .every = facts_every(job->facts, plugins[i]),
		    .ran_hook = PLUGIN_HOOKS};
	job->facts->plugins = plugins;
	job->facts->n = n;
	run_plugins(job, plan, r);
	job->facts->plugins = NULL;
	job->facts->n = 0;
	render_plan_free(plan);
}

static void
list_plugins(const struct site_host *h, FILE *to)
{
	size_t n = 0;
	const struct site_value *const *v = site_values(h, "plugins", &n);

	for (size_t i = 0; i < n; i++)
		fprintf(to, "%s%s", i == 0 ? "" : ",", v[i]->text);
	fputs(n == 0 ? "-\n" : "\n", to);
}

int
boot_host_list(const struct site *site, const char *root)
{
	AUTO_CLOSE int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	size_t n = name_set_count(site_names(site)), len = 0;
	AUTO_FREE char *text = NULL;
	FILE *to = open_memstream(&text, &len);

	if (to == NULL)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct site_host *h = site_host_at(site, i);
		const char *address = site_get(h, "address");
		const char *mac = site_get(h, "mac");

		fprintf(to, "%s %s %s ", h->name,
			address != NULL ? address : "-",
			mac != NULL ? mac : "-");
		list_plugins(h, to);
	}
	if (fclose(to) != 0 || fd == -1)
		return -1;
	return in_root_write(fd, HOSTS_FILE, text, len, LIST_MODE);
}
