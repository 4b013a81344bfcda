/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield role: shows the roles of the cluster and who holds them, and moves a
 * role. */
#include "vfield/cmd.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "authority/word.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/stdout_flush.h"
#include "vfield/control.h"
#include "vfield/human.h"
#include "vfield/node_config.h"
#include "vfield/role_list.h"
#include "vfield/role_word.h"
#include "vfield/sign.h"
#include "vfield/site_now.h"
#include "vfield/verbs.h"

#define PROGRAM "vfield role"
#define TEXT 256
#define WHO_TEXT 80
/* How often the list is asked for after a move, and the milliseconds between.
 * Arbitrary: a move takes some three seconds. */
#define LOOKS 60
#define LOOK_MS 250

struct settings {
	const char *config;
	const char *run_dir;
	const char *key;
	bool json;
};

#define OPT_SETTINGS struct settings

static const struct option_spec list_options[] = {
    NODE_OPTIONS("is asked"),
    OPT("json", 'j', FLAG, json, NULL, "say it as one JSON object"),
    {0}};

static const struct option_spec move_options[] = {
    NODE_OPTIONS("is told"),
    OPT("key", 'k', STRING, key, "KEY",
	"the private key to sign with: a directory, a file, or - for stdin"),
    {0}};

/* Prints the hosts in a list of the role, separated by commas; '-' if there are
 * none. */
static void
print_hosts(struct json_object *role, const char *list, int width)
{
	char text[TEXT] = "-", one[WHO_TEXT];
	size_t n, len = 0;
	struct json_object *a = control_array(role, list, &n);

	for (size_t i = 0; i < n && len < sizeof text; i++) {
		struct json_object *o = json_object_array_get_idx(a, i);

		human_clean(control_string(o, "host"), one, sizeof one);
		len += snprintf(text + len, sizeof text - len, "%s%s",
				i > 0 ? "," : "", one);
	}
	printf("%-*s", width, text);
}

static void
print_role(struct json_object *role)
{
	const char *address = control_string(role, "address");
	char name[WHO_TEXT];

	printf("%-16s ",
	       human_clean(control_string(role, "name"), name, sizeof name));
	print_hosts(role, "holders", 20);
	printf(" %-15s ", *address != '\0' ? address : "-");
	print_hosts(role, "waiting", 0);
	if (json_object_array_length(json_object_object_get(role, "taking")) >
	    0) {
		fputs("; taken now by ", stdout);
		print_hosts(role, "taking", 0);
	}
	if (json_object_array_length(json_object_object_get(role, "blocked")) >
	    0) {
		fputs("; its address is another machine's, say ", stdout);
		print_hosts(role, "blocked", 0);
	}
	putchar('\n');
}

static int
list(const struct settings *set, char **names, int n)
{
	struct json_object *l = role_list_ask(PROGRAM " list", set->run_dir);
	size_t count;
	struct json_object *roles = control_array(l, "roles", &count);

	if (l == NULL)
		return -1;
	if (set->json) {
		puts(
		    json_object_to_json_string_ext(l, JSON_C_TO_STRING_PRETTY));
		json_object_put(l);
		return 0;
	}
	printf("%-16s %-20s %-15s %s\n", "ROLE", "HOLDER", "ADDRESS",
	       "WAITING");
	for (size_t i = 0; i < count; i++)
		print_role(json_object_array_get_idx(roles, i));
	if (control_bool(l, "alone"))
		puts("This node has lost the others: there may be more.");
	json_object_put(l);
	return 0;
}

/* --- moving a role --- */

/* Returns 1 if the role must be moved, and can be; 0: the host has it already;
 * -1: it cannot be moved, and the log says why. */
static int
may_move(const struct settings *set, const char *role, const char *host)
{
	struct json_object *l = role_list_ask(PROGRAM " move", set->run_dir);
	struct json_object *r = role_list_find(l, role);
	int result = -1;

	if (l == NULL)
		return -1;
	if (strcmp(role, ROLE_DHCP) == 0)
		log_error("%s: the boot services pass it on by themselves",
			  role);
	else if (r == NULL)
		log_error("%s: no machine has that role, or could have it: "
			  "'vfield role list' shows those that there are",
			  role);
	else if (role_list_has(r, "holders", host))
		result = 0;
	else if (role_list_has(r, "waiting", host))
		result = 1;
	else
		log_error("%s: it cannot take the role %s: it is off, the site "
			  "does not give it the role, or its hook 'can' says "
			  "no",
			  host, role);
	json_object_put(l);
	return result;
}

/* Returns the version of the next word on a move; 0: there can be no word, and
 * the log says why. */
static uint64_t
next_version(const struct settings *set)
{
	struct json_object *o = control_ask_json(set->run_dir, "status");
	uint64_t now_s = time(NULL);
	struct site_past last = {0};

	if (o == NULL) {
		control_complain(PROGRAM " move", set->run_dir);
		return 0;
	}
	site_now_word(o, ROLE_WORD, &last);
	json_object_put(o);
	return last.version < now_s ? now_s : last.version + 1;
}

static int
say(const struct settings *set, const char *role, const char *host)
{
	struct word w = {.subject = ROLE_WORD,
			 .version = next_version(set),
			 .id = role_word_id(role, host)};
	AUTO_FREE char *digits = NULL;
	struct key_pair k;

	if (w.version == 0 || sign_key(set->key, &k) == -1)
		return -1;
	digits = sign_word(&w, &k);
	explicit_bzero(&k, sizeof k);
	return digits != NULL ? sign_tell(PROGRAM " move", set->run_dir, digits)
			      : -1;
}

/* Waits until the host holds the role.  Returns 0; -1: it does not in time. */
static int
wait_for(const struct settings *set, const char *role, const char *host)
{
	struct timespec pause = {.tv_nsec = LOOK_MS * 1000000L};

	for (int i = 0; i < LOOKS; i++) {
		struct json_object *l =
		    role_list_ask(PROGRAM " move", set->run_dir);
		bool has = l != NULL && role_list_has(role_list_find(l, role),
						      "holders", host);

		json_object_put(l);
		if (l == NULL)
			return -1;
		if (has)
			return 0;
		nanosleep(&pause, NULL);
	}
	log_error("%s has not taken the role %s yet: its log says why", host,
		  role);
	return -1;
}

static int
move(const struct settings *set, char **words, int n)
{
	const char *role = words[0], *host = words[1];
	int may = may_move(set, role, host);

	if (may == 1 &&
	    (say(set, role, host) == -1 || wait_for(set, role, host) == -1))
		return -1;
	if (may == -1)
		return -1;
	printf("%s: %s has it\n", role, host);
	return 0;
}

static const struct verb {
	int (*run)(const struct settings *set, char **words, int n);
	int words;
	struct command_spec command;
} verbs[] = {
    {list,
     0,
     {.program = PROGRAM " list",
      .section = "role",
      .args = "",
      .summary = "List roles, who holds them, and who waits.",
      .options = list_options}},
    {move,
     2,
     {.program = PROGRAM " move",
      .section = "role",
      .args = "ROLE HOST",
      .summary = "Have a host take a role from the one that holds it.",
      .options = move_options}},
};

#define NVERBS (sizeof verbs / sizeof *verbs)

static const struct command_spec *
verb_at(size_t i)
{
	return i < NVERBS ? &verbs[i].command : NULL;
}

static int
run(const struct verb *v, int argc, char **argv)
{
	struct settings set = {.config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR,
			       .key = SIGN_KEYS};
	char **rest;
	int n;

	log_init(v->command.program, false);
	options_parse(&v->command, argc, argv, &set, &rest, &n);
	if (n != v->words) {
		fprintf(stderr, "%s: %s\nTry '%s --help'.\n",
			v->command.program,
			v->words > 0 ? "a role and a host are needed"
				     : "no operand is needed",
			v->command.program);
		return 2;
	}
	if (v->run(&set, rest, n) == -1)
		return EXIT_FAILURE;
	return stdout_flush(v->command.program) == 0 ? EXIT_SUCCESS
						     : EXIT_FAILURE;
}

int
cmd_role(int argc, char **argv)
{
	static const struct verbs vs = {
	    .program = PROGRAM, .about = "Roles of machines.\n", .at = verb_at};
	int status, i = verbs_find(&vs, argc, argv, &status);

	return i == -1 ? status : run(&verbs[i], argc - 1, argv + 1);
}
