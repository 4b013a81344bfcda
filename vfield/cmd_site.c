/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield site: checks, shows and publishes a site, which says how the machines
 * of a room differ from each other. */
#include "vfield/cmd.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/cleanup.h"
#include "lib/decimal.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/stdout_flush.h"
#include "vfield/control.h"
#include "vfield/node_config.h"
#include "vfield/sign.h"
#include "vfield/site_diff.h"
#include "vfield/site_images.h"
#include "vfield/site_machines.h"
#include "vfield/site_now.h"
#include "vfield/site_publish.h"
#include "vfield/site_stage.h"
#include "vfield/verbs.h"

#define PROGRAM "vfield site"
#define TIME_TEXT 32
#define ID_DIGITS 12 /* digits of an id in a table */

struct settings {
	struct site_where where;
	const char *config;
	const char *run_dir;
	const char *state;
	const char *key;
	bool json;
	bool open;
};

#define OPT_SETTINGS struct settings

#define STATE_OPTION                                                           \
	OPT("state", 0, STRING, state, "DIR", "where published sites are kept")
#define KEY_OPTION                                                             \
	OPT("key", 'k', STRING, key, "KEY",                                    \
	    "the private key to sign with: a directory, a file, or - for "     \
	    "stdin")
#define JSON_OPTION                                                            \
	OPT("json", 'j', FLAG, json, NULL, "say it as one JSON object")

static const struct option_spec check_options[] = {
    SITE_DIR_OPTIONS,
    OPT("open", 0, FLAG, open, NULL,
	"refuse what is secret, as a cluster without a cluster key does"),
    JSON_OPTION,
    NODE_OPTIONS("is asked for images"),
    {0}};
static const struct option_spec show_options[] = {
    SITE_DIR_OPTIONS, STATE_OPTION, JSON_OPTION, NODE_OPTIONS("is asked"), {0}};
static const struct option_spec diff_options[] = {
    SITE_DIR_OPTIONS, STATE_OPTION, NODE_OPTIONS("is asked"), {0}};
static const struct option_spec publish_options[] = {
    SITE_DIR_OPTIONS, STATE_OPTION, KEY_OPTION, NODE_OPTIONS("is told"), {0}};
static const struct option_spec image_options[] = {SITE_DIR_OPTIONS, {0}};
static const struct option_spec machines_options[] = {
    STATE_OPTION, NODE_OPTIONS("is asked"), {0}};
static const struct option_spec undo_options[] = {
    STATE_OPTION, KEY_OPTION, NODE_OPTIONS("is told"), {0}};
static const struct option_spec log_options[] = {
    STATE_OPTION, JSON_OPTION, NODE_OPTIONS("is asked"), {0}};

static struct site_publish
publish_of(const struct settings *set)
{
	return (struct site_publish){.program = PROGRAM,
				     .state = set->state,
				     .run_dir = set->run_dir,
				     .key = set->key};
}

static struct site_fetch
fetch_of(const struct settings *set)
{
	return (struct site_fetch){
	    .program = PROGRAM, .state = set->state, .run_dir = set->run_dir};
}

static char *
time_text(uint64_t time_s, char to[TIME_TEXT])
{
	time_t t = time_s;
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL ||
	    strftime(to, TIME_TEXT, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		strcpy(to, "?");
	return to;
}

static int
print_json(struct json_object *o)
{
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY));
	json_object_put(o);
	return stdout_flush(PROGRAM);
}

static struct json_object *
errors_json(const struct site_errors *e)
{
	struct json_object *o = json_object_new_object();
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; i < e->n && i < SITE_ERRORS_MAX; i++) {
		struct json_object *one = json_object_new_object();

		json_object_object_add(one, "file",
				       json_object_new_string(e->v[i].file));
		json_object_object_add(one, "line",
				       json_object_new_uint64(e->v[i].line));
		json_object_object_add(one, "text",
				       json_object_new_string(e->v[i].text));
		json_object_array_add(a, one);
	}
	json_object_object_add(o, "ok", json_object_new_boolean(e->n == 0));
	json_object_object_add(o, "errors", a);
	return o;
}

static int
check(const struct settings *set, const char *operand)
{
	struct site_dir d;
	int result;

	if (site_dir_read(&set->where, &d) == -1)
		return -1;
	if (set->open && site_stage_has_secret(&d))
		site_error(&d.errors, SITE_STAGE_SECRET, 0,
			   "anybody could read it: see vfield-key(8), \"key "
			   "cluster\"");
	if (site_images_find(set->run_dir, &d) == -1)
		log_info("no node runs here, so nobody says whether the "
			 "cluster has the images of hosts");
	if (set->json) {
		result = print_json(errors_json(&d.errors));
		if (d.errors.n > 0)
			result = -1;
		site_dir_close(&d);
		return result;
	}
	if (site_dir_judge(&d) == -1)
		return -1;
	printf("%s: %zu hosts, no errors\n", set->where.dir,
	       name_set_count(site_names(d.site)));
	site_dir_close(&d);
	return stdout_flush(PROGRAM);
}

/* Compares the site's directory with the site in force.  Returns "same",
 * "differs" (also if no site is in force), or "wrong" if the directory has
 * errors. */
static const char *
compare(const struct settings *set, const struct site_now *now)
{
	const struct site_publish p = publish_of(set);
	const char *answer = "wrong";
	struct digest id;
	struct site_dir d;

	if (site_dir_read(&set->where, &d) == -1)
		return answer;
	if (d.errors.n == 0 && site_publish_image(&p, &d, &id) == 0)
		answer =
		    now->word.version > 0 && digest_equal(&id, &now->word.id)
			? "same"
			: "differs";
	site_dir_close(&d);
	return answer;
}

static struct json_object *
now_json(const struct site_now *now, const char *here)
{
	struct json_object *o = json_object_new_object();
	char hex[DIGEST_HEX];

	json_object_object_add(o, "version",
			       json_object_new_uint64(now->word.version));
	json_object_object_add(o, "time",
			       json_object_new_uint64(now->word.time_s));
	json_object_object_add(
	    o, "id",
	    now->word.version > 0
		? json_object_new_string(digest_hex(&now->word.id, hex))
		: NULL);
	json_object_object_add(o, "nodes", json_object_new_uint64(now->nodes));
	json_object_object_add(o, "holders",
			       json_object_new_uint64(now->holders));
	json_object_object_add(o, "directory", json_object_new_string(here));
	return o;
}

static int
show(const struct settings *set, const char *operand)
{
	char hex[DIGEST_HEX], when[TIME_TEXT];
	struct site_now now;
	const char *here;

	if (site_now_ask(PROGRAM, set->run_dir, &now) == -1)
		return -1;
	here = compare(set, &now);
	if (set->json)
		return print_json(now_json(&now, here));
	if (now.word.version == 0)
		puts("in force   none: 'vfield site publish' makes one");
	else
		printf("in force   %s\n"
		       "since      %s, version %" PRIu64 "\n"
		       "held by    %u of %u nodes\n",
		       digest_hex(&now.word.id, hex),
		       time_text(now.word.time_s, when), now.word.version,
		       now.holders, now.nodes);
	printf("directory  %s: %s\n", set->where.dir, here);
	return stdout_flush(PROGRAM);
}

static int
diff(const struct settings *set, const char *operand)
{
	const struct site_fetch f = fetch_of(set);
	struct site_now now;
	struct site_dir d;
	int result;

	if (site_now_ask(PROGRAM, set->run_dir, &now) == -1)
		return -1;
	if (now.word.version == 0) {
		log_error("no site is in force");
		return -1;
	}
	if (site_dir_open(&set->where, &d) == -1)
		return -1;
	result =
	    site_images_find(set->run_dir, &d) == 0 && site_dir_judge(&d) == 0
		? site_diff(&d, &f, &now.word.id)
		: -1;
	site_dir_close(&d);
	return result;
}

static int
print_id(const struct digest *id)
{
	char hex[DIGEST_HEX];

	puts(digest_hex(id, hex));
	return stdout_flush(PROGRAM);
}

static int
publish(const struct settings *set, const char *operand)
{
	const struct site_publish p = publish_of(set);
	struct digest id;
	struct site_dir d;
	int result;

	if (site_dir_open(&set->where, &d) == -1)
		return -1;
	result = site_publish(&p, &d, &id);
	site_dir_close(&d);
	return result == 0 ? print_id(&id) : -1;
}

/* Returns the published site of the version `text`.  If `text` is NULL, returns
 * the one that was published before the site in force.  Returns NULL if there
 * is none. */
static const struct site_past *
find_past(const struct site_past *v, size_t n, const char *text,
	  const struct site_now *now)
{
	uint64_t version;
	const char *end = text != NULL ? decimal_parse(text, &version) : NULL;
	bool after = false;

	for (size_t i = n; i-- > 0;) {
		bool is = digest_equal(&v[i].id, &now->word.id);

		if (text != NULL && end != NULL && *end == '\0' &&
		    v[i].version == version)
			return &v[i];
		if (text == NULL && after && !is)
			return &v[i];
		after |= is;
	}
	return NULL;
}

static int
undo(const struct settings *set, const char *operand)
{
	const struct site_publish p = publish_of(set);
	size_t n;
	AUTO_FREE struct site_past *v = site_past_read(set->state, &n);
	const struct site_past *past;
	struct site_now now;

	if (site_now_ask(PROGRAM, set->run_dir, &now) == -1)
		return -1;
	past = find_past(v, n, operand, &now);
	if (past == NULL) {
		log_error("%s: no such version was published from here",
			  operand != NULL ? operand : "the site before");
		return -1;
	}
	if (site_publish_again(&p, &past->id) == -1)
		return -1;
	return print_id(&past->id);
}

static int
print_log_json(const struct site_past *v, size_t n)
{
	struct json_object *o = json_object_new_object();
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; i < n; i++) {
		struct json_object *one = json_object_new_object();
		char hex[DIGEST_HEX];

		json_object_object_add(one, "version",
				       json_object_new_uint64(v[i].version));
		json_object_object_add(one, "time",
				       json_object_new_uint64(v[i].time_s));
		json_object_object_add(
		    one, "id",
		    json_object_new_string(digest_hex(&v[i].id, hex)));
		json_object_array_add(a, one);
	}
	json_object_object_add(o, "sites", a);
	return print_json(o);
}

static int
print_log(const struct settings *set, const char *operand)
{
	char hex[DIGEST_HEX], when[TIME_TEXT];
	size_t n;
	AUTO_FREE struct site_past *v = site_past_read(set->state, &n);

	if (set->json)
		return print_log_json(v, n);
	for (size_t i = n; i-- > 0;) {
		digest_hex(&v[i].id, hex);
		printf("%" PRIu64 "  %s  %.*s\n", v[i].version,
		       time_text(v[i].time_s, when), ID_DIGITS, hex);
	}
	return stdout_flush(PROGRAM);
}

static int
machines(const struct settings *set, const char *operand)
{
	const struct site_fetch f = fetch_of(set);

	return site_machines_print(&f);
}

static int
image(const struct settings *set, const char *file)
{
	AUTO_FREE char *work = NULL;
	struct site_dir d;
	int result;

	if (asprintf(&work, "%s.tree", file) == -1)
		log_fatal("%m");
	if (site_dir_open(&set->where, &d) == -1)
		return -1;
	result = site_stage_squash(&d, work, file);
	site_dir_close(&d);
	return result;
}

static const struct verb {
	int (*run)(const struct settings *set, const char *operand);
	enum { NO_OPERAND, MAY_OPERAND, MUST_OPERAND } operand;
	struct command_spec command;
} verbs[] = {
    {check,
     NO_OPERAND,
     {.program = "vfield site check",
      .args = "",
      .summary = "Look for errors in a site's directory.",
      .options = check_options}},
    {show,
     NO_OPERAND,
     {.program = "vfield site show",
      .args = "",
      .summary = "Show which site is in force, and which nodes hold it.",
      .options = show_options}},
    {diff,
     NO_OPERAND,
     {.program = "vfield site diff",
      .args = "",
      .summary = "Show how the directory differs from the site in force.",
      .options = diff_options}},
    {publish,
     NO_OPERAND,
     {.program = "vfield site publish",
      .args = "",
      .summary = "Put the directory's site in force on all machines.",
      .options = publish_options}},
    {undo,
     MAY_OPERAND,
     {.program = "vfield site undo",
      .args = "[VERSION]",
      .summary = "Put the site before in force again, or one of the log's.",
      .options = undo_options}},
    {image,
     MUST_OPERAND,
     {.program = "vfield site image",
      .args = "FILE",
      .summary = "Write the image that publish would make, and tell nobody.",
      .options = image_options}},
    {machines,
     NO_OPERAND,
     {.program = "vfield site machines",
      .args = "",
      .summary = "List cards, names, addresses and jobs of the site in force.",
      .options = machines_options}},
    {print_log,
     NO_OPERAND,
     {.program = "vfield site log",
      .args = "",
      .summary = "List the sites that were published from here.",
      .options = log_options}},
};

#define NVERBS (sizeof verbs / sizeof *verbs)

static int
run(const struct verb *v, int argc, char **argv)
{
	struct settings set = {.where = {SITE_DIR, NULL},
			       .config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR,
			       .state = SITE_STATE,
			       .key = SIGN_KEYS};
	char **rest;
	int nrest;

	log_init(v->command.program, false);
	options_parse(&v->command, argc, argv, &set, &rest, &nrest);
	if (nrest > (v->operand == NO_OPERAND ? 0 : 1) ||
	    nrest < (v->operand == MUST_OPERAND ? 1 : 0)) {
		fprintf(
		    stderr, "%s: %s\nTry '%s --help'.\n", v->command.program,
		    v->operand == NO_OPERAND ? "no operands" : v->command.args,
		    v->command.program);
		return 2;
	}
	return v->run(&set, nrest > 0 ? rest[0] : NULL) == 0 ? EXIT_SUCCESS
							     : EXIT_FAILURE;
}

static const struct command_spec *
verb_at(size_t i)
{
	return i < NVERBS ? &verbs[i].command : NULL;
}

int
cmd_site(int argc, char **argv)
{
	static const struct verbs vs = {
	    .program = PROGRAM,
	    .about = "Hosts, groups and plugins: what makes machines of one "
		     "image different.\n",
	    .at = verb_at};
	int status, i = verbs_find(&vs, argc, argv, &status);

	return i == -1 ? status : run(&verbs[i], argc - 1, argv + 1);
}
