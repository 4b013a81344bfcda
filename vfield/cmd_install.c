/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield install, vfield repair: give machines a job that they do once, when
 * they boot next, or take such a job back. */
#include "vfield/cmd.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/decimal.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/stdout_flush.h"
#include "site/site.h"
#include "vfield/jobs_give.h"
#include "vfield/node_config.h"
#include "vfield/sign.h"
#include "vfield/site_fetch.h"
#include "vfield/site_past.h"

#define LAYOUTS_MAX 32
#define DEFAULT_LAYOUT "default"

struct settings {
	const char *config;
	const char *run_dir;
	const char *state;
	const char *key;
	uint64_t hours;
	bool wipe, cancel, yes, dry_run;
};

#define OPT_SETTINGS struct settings

#define COMMON_OPTIONS                                                         \
	OPT("hours", 0, NUMBER, hours, "N",                                    \
	    "machines that boot later do not do it (24)"),                     \
	    OPT("cancel", 0, FLAG, cancel, NULL,                               \
		"take back the job, from machines that have not booted"),      \
	    OPT("yes", 'y', FLAG, yes, NULL, "do not ask"),                    \
	    OPT("dry-run", 'n', FLAG, dry_run, NULL,                           \
		"say what would be done, and give no job"),                    \
	    OPT("key", 'k', STRING, key, "KEY",                                \
		"the private key to sign with: a directory, a file, or - for " \
		"stdin"),                                                      \
	    OPT("state", 0, STRING, state, "DIR",                              \
		"where the list of jobs is kept"),                             \
	    NODE_OPTIONS("is told")

static const struct option_spec install_options[] = {
    OPT("wipe", 0, FLAG, wipe, NULL,
	"also write disks that have something else on them"),
    COMMON_OPTIONS,
    {0},
};

static const struct option_spec repair_options[] = {COMMON_OPTIONS, {0}};

static const struct command_spec commands[] = {
    [JOBS_INSTALL] = {.program = "vfield install",
		      .section = "install",
		      .args = "NODES",
		      .summary = "Have machines install themselves on their "
				 "disks when they boot.",
		      .options = install_options},
    [JOBS_REPAIR] = {.program = "vfield repair",
		     .section = "repair",
		     .args = "NODES",
		     .summary = "Have installed machines repair themselves "
				"when they boot.",
		     .options = repair_options},
};

/* --- which machines are meant, and what is overwritten --- */

/* How many machines get each of the disk layouts: machines[i] get name[i]. */
struct layouts {
	const char *name[LAYOUTS_MAX];
	size_t machines[LAYOUTS_MAX];
	size_t n;
};

static void
count(struct layouts *l, const struct site_host *h)
{
	const char *name = h != NULL ? site_get(h, "disk") : NULL;
	size_t i = 0;

	if (name == NULL)
		name = DEFAULT_LAYOUT;
	while (i < l->n && strcmp(l->name[i], name) != 0)
		i++;
	if (i == LAYOUTS_MAX)
		return;
	l->name[i] = name;
	l->machines[i]++;
	if (i == l->n)
		l->n++;
}

static void
print_meant(const struct settings *set, enum jobs_verb verb,
	    const struct site *s, const struct name_set *names)
{
	AUTO_FREE char *text = ranges_text(names);
	struct layouts l = {0};

	for (size_t i = 0; i < name_set_count(names); i++)
		count(&l, site_host(s, name_set_at(names, i)));
	printf("%s %zu: %s\n", jobs_verb_text(verb), name_set_count(names),
	       text != NULL ? text : "");
	for (size_t i = 0; i < l.n; i++)
		printf("  %zu with the partitions of disks/%s\n", l.machines[i],
		       l.name[i]);
	if (verb == JOBS_REPAIR)
		puts("Overwritten is what their plugins and the installer "
		     "write, on disks that this site has installed.");
	else if (set->wipe)
		printf("Overwritten: %zu disks, whatever is on them.\n",
		       name_set_count(names));
	else
		printf("Overwritten: %zu disks, those that are blank or that "
		       "this site has installed; partitions marked keep "
		       "stay.\n",
		       name_set_count(names));
}

/* Asks the person at the terminal to type the number of machines.  Returns true
 * if n was typed. */
static bool
confirmed(size_t n)
{
	char line[32] = "";
	const char *end;
	uint64_t typed;

	if (!isatty(STDIN_FILENO)) {
		log_error("nobody is asked, since stdin is no terminal: --yes "
			  "goes on without");
		return false;
	}
	printf("Type the number of machines to go on: ");
	fflush(stdout);
	if (fgets(line, sizeof line, stdin) == NULL)
		return false;
	end = decimal_parse(line, &typed);
	return end != NULL && *end == '\n' && typed == n;
}

static int
give(const struct jobs_give *g, const struct name_set *names)
{
	uint64_t number;

	if (jobs_give(g, names, &number) == -1)
		return -1;
	printf("job %" PRIu64 ": %zu machines do it when they boot next, "
	       "within %" PRIu64 " hours\n",
	       number, name_set_count(names), g->hours);
	return stdout_flush(g->program);
}

/* Prints what the job does, and asks the person at the terminal.  Returns true
 * if the job is to be given. */
static bool
agreed(const struct settings *set, enum jobs_verb verb, const struct site *s,
       const struct name_set *names)
{
	print_meant(set, verb, s, names);
	if (set->dry_run || set->yes || confirmed(name_set_count(names)))
		return true;
	log_error("no job was given");
	return false;
}

static int
run(const struct settings *set, enum jobs_verb verb, const char *nodes,
    const struct site *s, struct name_set *names)
{
	struct jobs_give g = {.program = commands[verb].program,
			      .state = set->state,
			      .run_dir = set->run_dir,
			      .key = set->key,
			      .verb = verb,
			      .wipe = set->wipe,
			      .hours = set->hours};
	char why[RANGES_WHY];

	if (site_hosts_of(s, nodes, names, why) == -1) {
		log_error("%s: %s", nodes, why);
		return -1;
	}
	if (set->cancel)
		return jobs_cancel(&g, names);
	if (!agreed(set, verb, s, names))
		return -1;
	return set->dry_run ? stdout_flush(g.program) : give(&g, names);
}

static int
cmd(enum jobs_verb verb, int argc, char **argv)
{
	struct settings set = {.config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR,
			       .state = SITE_STATE,
			       .key = SIGN_KEYS,
			       .hours = JOBS_GIVE_HOURS};
	const char *program = commands[verb].program;
	const char *wrong = NULL;
	struct site_fetch f;
	struct name_set *names;
	struct site *s;
	char **rest;
	int n, result = -1;

	log_init(program, false);
	options_parse(&commands[verb], argc, argv, &set, &rest, &n);
	if (n != 1)
		wrong = "one operand, NODES";
	else if (set.hours == 0 || set.hours > JOBS_GIVE_HOURS_MAX)
		wrong = "--hours: from 1 to 8784";
	else if (set.cancel && (set.wipe || set.dry_run))
		wrong = "--cancel: not with --wipe or --dry-run";
	if (wrong != NULL) {
		fprintf(stderr, "%s: %s\nTry '%s --help'.\n", program, wrong,
			program);
		return 2;
	}
	f = (struct site_fetch){
	    .program = program, .state = set.state, .run_dir = set.run_dir};
	if (site_fetch_hosts(&f, &s, NULL) == -1)
		return EXIT_FAILURE;
	names = name_set_new();
	if (s == NULL)
		log_error("no site is in force: 'vfield site publish' makes "
			  "one so");
	else if (names == NULL)
		log_error("%m");
	else
		result = run(&set, verb, rest[0], s, names);
	name_set_free(names);
	site_free(s);
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
cmd_install(int argc, char **argv)
{
	return cmd(JOBS_INSTALL, argc, argv);
}

int
cmd_repair(int argc, char **argv)
{
	return cmd(JOBS_REPAIR, argc, argv);
}
