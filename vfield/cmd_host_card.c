/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield host adopt, vfield host replace: give hosts of a site the cards of
 * machines that the boot service has seen. */
#include "vfield/cmd.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/path_in.h"
#include "lib/stdout_flush.h"
#include "site/keys.h"
#include "vfield/boot_machines.h"
#include "vfield/hosts_edit.h"
#include "vfield/jobs_give.h"
#include "vfield/node_config.h"
#include "vfield/sign.h"
#include "vfield/site_now.h"
#include "vfield/site_publish.h"

struct settings {
	struct site_where where;
	const char *config;
	const char *run_dir;
	const char *state;
	const char *key;
	bool edit;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    SITE_DIR_OPTIONS,
    OPT("edit", 'e', FLAG, edit, NULL,
	"change the file alone, and publish nothing"),
    OPT("state", 0, STRING, state, "DIR", "where published sites are kept"),
    OPT("key", 'k', STRING, key, "KEY",
	"the private key to sign with: a directory, a file, or - for stdin"),
    NODE_OPTIONS("is told"),
    {0}};

/* The state of a command while it runs. */
struct card {
	const struct settings *set;
	const char *program;
	struct site_dir dir;
	/* true: before it was changed, the directory was the site in force */
	bool in_force;
	struct hosts_edit *edits; /* the changes to be made, n of them */
	size_t n;
	char (*macs)[BOOT_MAC_TEXT];
};

static struct site_publish
publish_of(const struct card *c)
{
	return (struct site_publish){.program = c->program,
				     .state = c->set->state,
				     .run_dir = c->set->run_dir,
				     .key = c->set->key};
}

/* Returns true if the directory is the same as the site in force, and --edit is
 * not given.  Only then is the directory published, since nothing but the card
 * will have changed. */
static bool
is_in_force(struct card *c)
{
	const struct site_publish p = publish_of(c);
	struct site_now now;
	struct digest id;

	return !c->set->edit &&
	       site_now_ask(c->program, c->set->run_dir, &now) == 0 &&
	       now.word.version > 0 &&
	       site_publish_image(&p, &c->dir, &id) == 0 &&
	       digest_equal(&id, &now.word.id);
}

static int
begin(struct card *c, const struct settings *set, const char *program)
{
	*c = (struct card){.set = set, .program = program};
	if (site_dir_open(&set->where, &c->dir) == -1)
		return -1;
	c->edits = calloc(NAME_SET_MAX, sizeof *c->edits);
	c->macs = calloc(NAME_SET_MAX, sizeof *c->macs);
	if (c->edits == NULL || c->macs == NULL)
		log_fatal("%m");
	c->in_force = is_in_force(c);
	return 0;
}

static void
end(struct card *c)
{
	site_dir_close(&c->dir);
	free(c->edits);
	free(c->macs);
}

static void
give(struct card *c, const char *host, const char *mac)
{
	snprintf(c->macs[c->n], BOOT_MAC_TEXT, "%s", mac);
	c->edits[c->n] = (struct hosts_edit){host, c->macs[c->n]};
	c->n++;
}

/* Reads the changed directory, and publishes it.  Returns 0; -1: the log says
 * why. */
static int
publish(const struct card *c)
{
	const struct site_publish p = publish_of(c);
	struct site_dir d;
	struct digest id;
	int result;

	if (site_dir_open(&c->set->where, &d) == -1)
		return -1;
	result = site_publish(&p, &d, &id);
	site_dir_close(&d);
	return result;
}

/* Writes the changes to the file hosts, prints them, and publishes the site if
 * the directory was in force before.  Returns 0; -1: the log says why. */
static int
carry_out(struct card *c)
{
	AUTO_FREE char *path = path_in(c->set->where.dir, SITE_HOSTS);

	if (hosts_edit_file(path, c->edits, c->n) == -1) {
		log_error("%s: %m", path);
		return -1;
	}
	for (size_t i = 0; i < c->n; i++)
		printf("%s %s\n", c->edits[i].host, c->edits[i].mac);
	if (stdout_flush(c->program) == -1)
		return -1;
	if (c->in_force)
		return publish(c);
	log_info("%s: not in force yet: see vfield site diff, publish", path);
	return 0;
}

static int
adopt(struct card *c, const char *hosts, const char *unused)
{
	AUTO_FREE struct boot_machine *v = NULL;
	struct name_set *names = name_set_new();
	char why[RANGES_WHY];
	size_t n = 0, next = 0;

	if (names == NULL)
		log_fatal("%m");
	if (site_hosts_of(c->dir.site, hosts, names, why) == -1) {
		log_error("%s", why);
		name_set_free(names);
		return -1;
	}
	v = boot_machines_unknown(c->set->run_dir, c->dir.site, &n);
	for (size_t i = 0; i < name_set_count(names) && next < n; i++) {
		const struct site_host *h =
		    site_host(c->dir.site, name_set_at(names, i));

		if (site_get(h, "mac") == NULL)
			give(c, h->name, v[next++].mac);
	}
	name_set_free(names);
	if (v == NULL)
		return -1;
	if (c->n > 0)
		return carry_out(c);
	log_error(n == 0 ? "the boot service has seen no machine that is not "
			   "a host's"
			 : "each of these hosts has a card");
	return -1;
}

/* Writes to mac the address of the card of that machine which the boot service
 * has seen last, among the machines that are no hosts.  Returns 0; -1: the log
 * says why. */
static int
find_card(const struct card *c, char mac[BOOT_MAC_TEXT])
{
	size_t n, last = 0;
	AUTO_FREE struct boot_machine *v =
	    boot_machines_unknown(c->set->run_dir, c->dir.site, &n);

	if (v == NULL)
		return -1;
	if (n == 0) {
		log_error("the boot service has seen no machine that is not a "
			  "host's: switch it on, or name its card");
		return -1;
	}
	for (size_t i = 1; i < n; i++)
		if (v[i].seen > v[last].seen)
			last = i;
	memcpy(mac, v[last].mac, BOOT_MAC_TEXT);
	return 0;
}

static bool
starts_from_disk(const struct site_host *h)
{
	const char *from = site_get(h, "boot_from");

	return from != NULL && strcmp(from, "disk") == 0;
}

/* Gives the new machine of the host `name` a job by which it installs itself
 * when it boots next.  Returns 0; -1: the log says why. */
static int
install(const struct card *c, const char *name)
{
	const struct jobs_give g = {.program = c->program,
				    .state = c->set->state,
				    .run_dir = c->set->run_dir,
				    .key = c->set->key,
				    .verb = JOBS_INSTALL,
				    .hours = JOBS_GIVE_HOURS};
	struct name_set *names = name_set_new();
	uint64_t number;
	int result = -1;

	if (names == NULL || name_set_add(names, name, strlen(name)) == -1)
		log_error("%m");
	else
		result = jobs_give(&g, names, &number);
	name_set_free(names);
	if (result == 0)
		log_info(
		    "%s starts from its disk: job %llu installs it when it "
		    "boots next",
		    name, (unsigned long long)number);
	return result;
}

static int
replace(struct card *c, const char *name, const char *card)
{
	const struct site_host *h = site_host(c->dir.site, name);
	char mac[BOOT_MAC_TEXT];

	if (h == NULL) {
		log_error("%s: the site has no such host", name);
		return -1;
	}
	if (card != NULL) {
		snprintf(mac, sizeof mac, "%s", card);
		if (strlen(card) >= sizeof mac || !site_key("mac")->ok(mac)) {
			log_error("%s: should be %s", card,
				  site_key("mac")->wanted);
			return -1;
		}
	} else if (find_card(c, mac) == -1) {
		return -1;
	}
	give(c, h->name, mac);
	if (carry_out(c) == -1)
		return -1;
	return c->in_force && starts_from_disk(h) ? install(c, h->name) : 0;
}

static int
run(const struct command_spec *command,
    int (*act)(struct card *c, const char *first, const char *second), int most,
    int argc, char **argv)
{
	struct settings set = {.where = {SITE_DIR, NULL},
			       .config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR,
			       .state = SITE_STATE,
			       .key = SIGN_KEYS};
	struct card c;
	char **rest;
	int nrest, result;

	log_init(command->program, false);
	options_parse(command, argc, argv, &set, &rest, &nrest);
	if (nrest < 1 || nrest > most) {
		fprintf(stderr, "%s: %s\nTry '%s --help'.\n", command->program,
			command->args, command->program);
		return 2;
	}
	if (begin(&c, &set, command->program) == -1)
		return EXIT_FAILURE;
	result = act(&c, rest[0], nrest > 1 ? rest[1] : NULL);
	end(&c);
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
cmd_host_adopt(int argc, char **argv)
{
	static const struct command_spec c = {
	    .program = "vfield host adopt",
	    .args = "HOSTS",
	    .summary = "Give hosts without a card those of new machines, in "
		       "the order in which these were switched on.",
	    .options = options};

	return run(&c, adopt, 1, argc, argv);
}

int
cmd_host_replace(int argc, char **argv)
{
	static const struct command_spec c = {
	    .program = "vfield host replace",
	    .args = "NAME [MAC]",
	    .summary = "Give a host the card of the new machine that was seen "
		       "last, or another card.",
	    .options = options};

	return run(&c, replace, 2, argc, argv);
}
