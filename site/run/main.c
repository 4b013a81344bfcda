/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield-plugin: makes the root of an image the system of one host of a site.
 * The initramfs runs it before the system starts, and `vfield agent` runs it
 * for a new site while the system runs. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/options.h"
#include "site/run/boot_host.h"
#include "site/run/check_host.h"
#include "site/run/role_host.h"

#define STATUS_FAILED 1  /* a plugin failed; the others did their part */
#define STATUS_NO_HOST 3 /* the site has no host for this machine */
#define STATUS_NO_SITE 4 /* the site cannot be used */

struct settings {
	const char *site;
	const char *shipped;
	const char *mac;
	const char *root;
	const char *seed;
	const char *id;
	uint64_t limit;
	struct option_list host;
	struct option_list offered;
	struct option_list fact;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    OPT("site", 0, STRING, site, "DIR", "the site"),
    OPT("plugins", 0, STRING, shipped, "DIR",
	"where plugins are that the site does not have"),
    OPT("host", 0, LIST, host, "NAME",
	"the name of this machine; the first that the site has counts"),
    OPT("mac", 0, STRING, mac, "MAC",
	"the address of its card, where the site has none of the names"),
    OPT("offered", 0, LIST, offered, "NAME",
	"a name from DHCP, where the site does not have the card either, and "
	"gives the host no card"),
    OPT("root", 0, STRING, root, "DIR", "the root of its system"),
    OPT("seed", 0, STRING, seed, "TEXT",
	"what the ids of the site's machines follow from: the trusted key"),
    OPT("id", 0, STRING, id, "ID", "the id of the site's image, to be kept"),
    OPT("fact", 0, LIST, fact, "NAME=VALUE",
	"a value for where the site has none, such as host.domain"),
    OPT("limit", 0, NUMBER, limit, "SECONDS",
	"a hook that runs for longer is killed (default: 300)"),
    {0},
};

static const struct command_spec command = {
    .program = "vfield-plugin",
    .args = "boot|change|check PLUGIN|repair PLUGIN|role ROLE "
	    "can|start|runs|stop",
    .summary = "Make the root of an image the system of one host of a site.\n"
	       "boot: before it starts.  change: while it runs, with what the "
	       "last run has kept.\n"
	       "check, repair: has one plugin of the host do so.\n"
	       "role: has its plugins take the role, or give it up.",
    .options = options,
};

/* Finds this machine's host.  Anybody on the network can answer DHCP; so a name
 * from there means no host whose card the site knows. */
static const struct site_host *
find_host(const struct site *site, const struct settings *set)
{
	const struct site_host *h = NULL;

	for (size_t i = 0; i < set->host.n && h == NULL; i++)
		h = site_host(site, set->host.v[i]);
	if (h == NULL && set->mac != NULL)
		h = site_host_with_card(site, set->mac);
	for (size_t i = 0; i < set->offered.n && h == NULL; i++) {
		h = site_host(site, set->offered.v[i]);
		if (h != NULL && site_get(h, "mac") != NULL)
			h = NULL;
	}
	return h;
}

static void
take_facts(struct facts *f, const struct option_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const char *value = strchr(list->v[i], '=');
		char name[64];

		if (value == NULL ||
		    snprintf(name, sizeof name, "%.*s",
			     (int)(value - list->v[i]),
			     list->v[i]) >= (int)sizeof name ||
		    facts_own(f, name, value + 1) == -1)
			log_warn("--fact %s: there is no such fact",
				 list->v[i]);
	}
}

/* Takes the facts and the seed from the report of the previous run; options may
 * replace them later. */
static void
take_past(struct facts *f, struct json_object *past, struct settings *set)
{
	for (size_t i = 0; i < FACTS_OWN; i++)
		f->own[i] = past_fact(past, facts_own_name(i));
	if (set->seed == NULL)
		set->seed = past_text(past, "seed");
}

/* Runs the plugins of this machine's host; `past` is NULL before the system
 * starts.  Returns the exit status. */
static int
run(struct shelf *s, const struct site *site, struct settings *set,
    struct json_object *past)
{
	static struct report r;
	struct facts f = {.host = find_host(site, set)};
	struct boot_job job = {.shelf = s,
			       .facts = &f,
			       .site = set->site,
			       .root = set->root,
			       .seconds = set->limit,
			       .live = past != NULL,
			       .past = past};
	char id[FACTS_ID];

	if (f.host == NULL) {
		log_error("%s: the site does not have this machine (%s, %s)",
			  set->site, set->host.n > 0 ? set->host.v[0] : "-",
			  set->mac != NULL ? set->mac : "-");
		return STATUS_NO_HOST;
	}
	take_past(&f, past, set);
	r.site_id = set->id;
	r.seed = set->seed;
	facts_id(set->seed != NULL ? set->seed : "", f.host->name, id);
	(void)facts_own(&f, "host.id", id);
	if (set->mac != NULL)
		(void)facts_own(&f, "host.mac", set->mac);
	take_facts(&f, &set->fact);
	if (boot_host_list(site, set->root) == -1)
		log_error("%s/" HOSTS_FILE ": %m", set->root);
	boot_host(&job, &r);
	report_say(&r);
	if (report_write(&r, set->root) == -1)
		log_error("%s/" REPORT_FILE ": %m", set->root);
	/* stdout has nothing but the host's name */
	puts(f.host->name);
	return report_good(&r) ? EXIT_SUCCESS : STATUS_FAILED;
}

/* Waits until no other run changes the same running system.  Returns a
 * descriptor, which keeps other runs away until it is closed; -1: there is
 * none. */
static int
lock_root(const char *root)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd != -1)
		(void)flock(fd, LOCK_EX);
	return fd;
}

/* Takes the name that the machine had in the previous run, if no option gives
 * one. */
static void
take_host(struct settings *set, struct json_object *past)
{
	const char *host = past_text(past, "host");

	if (host != NULL && set->host.n == 0 && set->mac == NULL) {
		set->host.v[0] = host;
		set->host.n = 1;
	}
}

/* Runs hooks in the running system: those of a role, or `check` or `repair` of
 * a plugin. */
static int
run_hooks(struct shelf *s, const struct site *site, struct settings *set,
	  char *const words[])
{
	struct json_object *past = past_read(set->root);
	struct facts f = {0};
	struct boot_job job = {.shelf = s,
			       .facts = &f,
			       .site = set->site,
			       .root = set->root,
			       .seconds = set->limit,
			       .live = true};
	int status = STATUS_NO_HOST, result;

	take_host(set, past);
	f.host = find_host(site, set);
	take_past(&f, past, set);
	if (f.host != NULL) {
		result = check_hook_ok(words[0])
			     ? check_host(&job, words[0], words[1])
			     : role_host(&job, words[1], words[2]);
		status = result == 0 ? EXIT_SUCCESS : STATUS_FAILED;
	}
	json_object_put(past);
	return status;
}

/* Does what the command says. */
static int
command_run(char *const words[], struct shelf *s, const struct site *site,
	    struct settings *set)
{
	struct json_object *past;
	int lock, status;

	if (strcmp(words[0], "boot") == 0)
		return run(s, site, set, NULL);
	if (strcmp(words[0], "role") == 0 || check_hook_ok(words[0]))
		return run_hooks(s, site, set, words);
	lock = lock_root(set->root);
	past = past_read(set->root);
	if (past == NULL)
		past = json_object_new_object();
	take_host(set, past);
	status = run(s, site, set, past);
	json_object_put(past);
	if (lock != -1)
		close(lock);
	return status;
}

static bool
words_ok(char *const words[], int n)
{
	if (n == 1)
		return strcmp(words[0], "boot") == 0 ||
		       strcmp(words[0], "change") == 0;
	if (n == 2)
		return check_hook_ok(words[0]);
	return n == 3 && strcmp(words[0], "role") == 0 &&
	       role_verb_ok(words[2]);
}

int
main(int argc, char **argv)
{
	struct settings set = {.limit = HOOK_SECONDS};
	struct site_errors errors = {0};
	struct site_plugins plugins;
	struct site *site;
	struct shelf *s;
	char **rest;
	int nrest, status;

	log_init("vfield-plugin", false);
	options_parse(&command, argc, argv, &set, &rest, &nrest);
	if (!words_ok(rest, nrest) || set.site == NULL || set.root == NULL) {
		fprintf(stderr,
			"vfield-plugin: 'boot', 'change', 'check', 'repair' or "
			"'role', --site and "
			"--root are needed\nTry 'vfield-plugin --help'.\n");
		return 2;
	}
	s = shelf_new(set.site, set.shipped);
	if (s == NULL)
		log_fatal("%m");
	plugins = shelf_site_plugins(s);
	site = site_load(set.site, &plugins, &errors);
	for (size_t i = 0; i < errors.n && i < SITE_ERRORS_MAX; i++)
		log_error("%s/%s:%u: %s", set.site, errors.v[i].file,
			  errors.v[i].line, errors.v[i].text);
	status =
	    site == NULL ? STATUS_NO_SITE : command_run(rest, s, site, &set);
	site_free(site);
	shelf_free(s);
	return fflush(stdout) == 0 ? status : STATUS_FAILED;
}
