/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield status: shows what the router reports of itself, as text. */
#include "vfield/cmd.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/word.h"
#include "lib/digest.h"
#include "lib/loop.h"
#include "lib/options.h"
#include "lib/stdout_flush.h"
#include "vfield/boot_status.h"
#include "vfield/control.h"
#include "vfield/copies.h"
#include "vfield/human.h"
#include "vfield/install_status.h"
#include "vfield/node_config.h"
#include "vfield/peer_rows.h"
#include "vfield/plugin_status.h"
#include "vfield/status_verdict.h"
#include "vfield/watch.h"

#define PROGRAM "vfield status"
#define NAME_TEXT 65
#define NS_PER_S 1e9

struct settings {
	const char *config;
	const char *run_dir;
	bool json;
	bool image_id;
	bool site_id;
	const char *word;
	bool check;
	struct watch watch;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    WATCH_OPTIONS,
    OPT("image-id", 0, FLAG, image_id, NULL,
	"only the id of the image NAME, or of the default one"),
    OPT("site-id", 0, FLAG, site_id, NULL,
	"only the id of the site in force; exit 1 if there is none"),
    OPT("word", 0, STRING, word, "SUBJECT",
	"only the id in the signed word on SUBJECT; exit 1 if there is none"),
    OPT("check", 0, FLAG, check, NULL,
	"only the verdict; exit 0 if OK, 1 if DEGRADED, 2 if FAILED"),
    {0},
};

static const struct command_spec command = {
    .program = PROGRAM,
    .section = "status",
    .args = "[--image-id [NAME|ID]]",
    .summary = "Show what the node on this machine does.",
    .options = options};

struct status {
	const struct settings *set;
	/* the router's previous status, from which rates are computed; NULL:
	 * there was none */
	struct json_object *before;
	int64_t before_ns;
	double elapsed_s;
};

/* Copies the string `key` of o to `to`, cleaned for the terminal.  Returns
 * `to`. */
static const char *
text(struct json_object *o, const char *key, char to[NAME_TEXT])
{
	return human_clean(control_string(o, key), to, NAME_TEXT);
}

/* Returns by how much the counter `key` has grown per second from the status
 * `before` to the status `now`. */
static double
per_second(const struct status *s, struct json_object *now,
	   struct json_object *before, const char *key)
{
	uint64_t a = control_number(before, key), b = control_number(now, key);

	if (before == NULL || s->elapsed_s <= 0 || b < a)
		return 0;
	return (b - a) / s->elapsed_s;
}

static void
show_node(FILE *to, struct json_object *o)
{
	struct json_object *node = control_object(o, "node");
	char name[NAME_TEXT], at[NAME_TEXT], version[NAME_TEXT];
	char up[HUMAN_TEXT];

	fprintf(to, "node     %s at %s, %s, up %s, version %s%s\n",
		text(node, "name", name), text(node, "address", at),
		strcmp(control_string(control_object(o, "membership"), "role"),
		       "core") == 0
		    ? "core"
		    : "satellite",
		human_seconds(control_number(node, "uptime_s"), up),
		text(o, "version", version),
		control_bool(node, "direct") ? ", asks only the seed (direct)"
					     : "");
}

static void
show_view(FILE *to, struct json_object *o)
{
	struct json_object *m = control_object(o, "membership");
	char peer[NAME_TEXT];
	uint64_t nodes = control_number(m, "nodes");

	fprintf(to,
		"view     %" PRIu64 " node%s, %" PRIu64
		" of them core, number %" PRIu64,
		nodes, nodes == 1 ? "" : "s", control_number(m, "cores"),
		control_number(m, "seq"));
	if (control_string(m, "peer")[0] != '\0')
		fprintf(to, ", from %s\n", text(m, "peer", peer));
	else
		fprintf(to, "; no member answers, so it stays as it was\n");
}

static void
show_store(FILE *to, struct json_object *o)
{
	struct json_object *store = control_object(o, "store");
	char used[HUMAN_TEXT], budget[HUMAN_TEXT], dir[256];

	fprintf(to, "store    %s of %s in %s, %" PRIu64 " dropped",
		human_bytes(control_number(store, "used"), used),
		human_bytes(control_number(store, "budget"), budget),
		human_clean(control_string(store, "dir"), dir, sizeof dir),
		control_number(store, "evictions"));
	if (control_number(store, "errors") > 0)
		fprintf(to, ", %" PRIu64 " could not be kept",
			control_number(store, "errors"));
	fputc('\n', to);
}

static void
show_waiting(FILE *to, struct json_object *image)
{
	uint64_t waiting = control_number(image, "waiting_reads");
	struct json_object *chunks;
	size_t n;

	if (waiting == 0)
		return;
	chunks = control_array(image, "waiting_chunks", &n);
	fprintf(to, "         %" PRIu64 " read%s wait%s for chunk%s", waiting,
		waiting == 1 ? "" : "s", waiting == 1 ? "s" : "",
		n == 1 ? "" : "s");
	for (size_t i = 0; i < n; i++)
		fprintf(to, "%s %" PRId64, i > 0 ? "," : "",
			json_object_get_int64(
			    json_object_array_get_idx(chunks, i)));
	fprintf(to, "%s\n", n == 16 ? ", ..." : "");
}

static void
show_image(FILE *to, struct json_object *image)
{
	uint64_t nchunks = control_number(image, "nchunks");
	uint64_t held = control_number(image, "held");
	uint64_t found = control_number(image, "found");
	char name[NAME_TEXT], id[NAME_TEXT], size[HUMAN_TEXT];
	char chunk[HUMAN_TEXT], share[HUMAN_TEXT];

	fprintf(to, "image    %s%s, %s, %" PRIu64 " chunks of %s, id %.12s\n",
		text(image, "name", name),
		control_bool(image, "default") ? " (default)" : "",
		human_bytes(control_number(image, "size"), size), nchunks,
		human_bytes(control_number(image, "chunk_size"), chunk),
		text(image, "id", id));
	fprintf(to, "         holds %" PRIu64 " chunks", held);
	if (held < nchunks)
		fprintf(to, " (%s)", human_share(held, nchunks, share));
	if (found > 0)
		fprintf(to, ", %" PRIu64 " of them not checked yet", found);
	fprintf(to, "%s\n",
		control_bool(image, "complete") ? ", all of it" : "");
	copies_show(to, image, "         ");
	show_waiting(to, image);
}

/* If this node does not have the default image yet, prints the first digits of
 * that image's id.  (If it does, show_image marks the default image.) */
static void
show_default(FILE *to, struct json_object *o)
{
	struct json_object *chosen = control_object(o, "default");
	char id[NAME_TEXT];

	if (control_string(chosen, "id")[0] != '\0' &&
	    !control_bool(chosen, "here"))
		fprintf(to, "default  the image %.12s, which is not here yet\n",
			text(chosen, "id", id));
}

/* Prints whether there is a cluster key, which key is trusted, and how many
 * signed words were refused. */
static void
show_authority(FILE *to, struct json_object *o)
{
	struct json_object *a = control_object(o, "authority");
	const char *trust = control_string(a, "trust");
	uint64_t refused = control_number(a, "refused");
	char last[2 * NAME_TEXT];

	if (control_bool(a, "cluster_key"))
		fputs("secrecy  only who has the cluster key reads and joins\n",
		      to);
	else
		fputs("secrecy  open: whoever is in this network reads and "
		      "joins\n",
		      to);
	if (trust[0] == '\0') {
		fputs("trust    open: whoever joins says which image is the "
		      "default\n",
		      to);
		return;
	}
	fprintf(to, "trust    only what the key %.12s has signed\n", trust);
	if (refused > 0)
		fprintf(to,
			"         %" PRIu64
			" words were not taken; the last is "
			"from %s\n",
			refused,
			human_clean(control_string(a, "last_refused"), last,
				    sizeof last));
}

/* Prints how many bytes have come from the source `key` (store, seed, ...) in
 * all, and how many per second since the previous status. */
static void
show_source(FILE *to, const struct status *s, struct json_object *now,
	    const char *key, const char *words)
{
	struct json_object *before = control_object(s->before, "bytes");
	double rate = per_second(s, now, before, key);
	char bytes[HUMAN_TEXT], fast[HUMAN_TEXT];

	fprintf(to, "  %s %s", words,
		human_bytes(control_number(now, key), bytes));
	if (rate >= 1)
		fprintf(to, " (%s/s)", human_bytes(rate, fast));
}

static void
show_traffic(FILE *to, const struct status *s, struct json_object *o)
{
	struct json_object *bytes = control_object(o, "bytes");
	struct json_object *chunks = control_object(o, "chunks");
	uint64_t bad = control_number(chunks, "hash_failures");

	fputs("bytes  ", to);
	show_source(to, s, bytes, "store", "store");
	show_source(to, s, bytes, "seed", "seed");
	show_source(to, s, bytes, "tree", "tree");
	show_source(to, s, bytes, "holder", "holders");
	fprintf(to,
		"\nchunks   %" PRIu64 " fetched (%" PRIu64 " ahead, %" PRIu64
		" to fill), %" PRIu64 " asked for again, "
		"%" PRIu64 " twice at once, %" PRIu64 " with a wrong hash\n",
		control_number(chunks, "fetched"),
		control_number(chunks, "prefetched"),
		control_number(chunks, "filled"),
		control_number(chunks, "refetched"),
		control_number(chunks, "hedged"), bad);
}

static void
show_clients(FILE *to, const struct status *s, struct json_object *o)
{
	struct json_object *c = control_object(o, "clients");
	struct json_object *before = control_object(s->before, "clients");
	double rate = per_second(s, c, before, "bytes");
	char bytes[HUMAN_TEXT], fast[HUMAN_TEXT];

	fprintf(to, "clients  %" PRIu64 " now; %" PRIu64 " requests, %s",
		control_number(c, "now"), control_number(c, "requests"),
		human_bytes(control_number(c, "bytes"), bytes));
	if (rate >= 1)
		fprintf(to, " (%s/s)", human_bytes(rate, fast));
	fprintf(to, ", %" PRIu64 " errors\n", control_number(c, "errors"));
}

/* Prints how much nbdkit has sent to nodes and to plain clients. */
static void
show_served(FILE *to, struct json_object *o)
{
	struct json_object *s = control_object(o, "served");
	struct json_object *peers = control_object(s, "peers");
	struct json_object *clients = control_object(s, "clients");
	char a[HUMAN_TEXT], b[HUMAN_TEXT];

	fprintf(to,
		"served   %s to nodes (%" PRIu64
		" connections now), %s to plain "
		"clients (%" PRIu64 ")",
		human_bytes(control_number(peers, "bytes"), a),
		control_number(peers, "now"),
		human_bytes(control_number(clients, "bytes"), b),
		control_number(clients, "now"));
	if (control_number(s, "refused") > 0)
		fprintf(to, ", %" PRIu64 " refused",
			control_number(s, "refused"));
	fputc('\n', to);
}

static void
show_text(FILE *to, const struct status *s, struct json_object *o)
{
	size_t n;
	struct json_object *images = control_array(o, "images", &n);
	struct json_object *boot = control_object(o, "boot");
	struct verdict v;

	verdict_of(o, &v);
	verdict_show(to, &v);
	show_node(to, o);
	show_view(to, o);
	show_store(to, o);
	for (size_t i = 0; i < n; i++)
		show_image(to, json_object_array_get_idx(images, i));
	if (n == 0)
		fputs("image    none yet: no peer has told of one\n", to);
	show_default(to, o);
	show_authority(to, o);
	show_traffic(to, s, o);
	show_clients(to, s, o);
	show_served(to, o);
	install_status_show(to, o);
	plugin_status_show(to, o);
	boot_status_show(to, boot);
	boot_status_machines(to, boot);
	peer_rows_show(to, o, s->before, s->elapsed_s);
}

static int
show(FILE *to, void *ctx)
{
	struct status *s = ctx;
	const char *run_dir = s->set->run_dir;
	struct json_object *o = control_ask_json(run_dir, "status");
	struct json_object *boot;
	int64_t now_ns = clock_now_ns();
	struct verdict v;

	if (o == NULL) {
		control_complain(PROGRAM, run_dir);
		return -1;
	}
	install_status_add(o, run_dir);
	plugin_status_add(o, run_dir);
	boot = boot_status_read(run_dir);
	if (boot != NULL)
		json_object_object_add(o, "boot", boot);
	s->elapsed_s = (now_ns - s->before_ns) / NS_PER_S;
	if (s->set->json) {
		verdict_of(o, &v);
		json_object_object_add(o, "verdict", verdict_json(&v));
		fprintf(to, "%s\n",
			json_object_to_json_string_ext(
			    o, s->set->watch.on || s->set->watch.interval > 0
				   ? JSON_C_TO_STRING_PLAIN
				   : JSON_C_TO_STRING_PRETTY));
	} else {
		show_text(to, s, o);
	}
	json_object_put(s->before);
	s->before = o;
	s->before_ns = now_ns;
	return 0;
}

/* Returns the image of that name or id, or, if name is NULL, the default image.
 * NULL: stderr says why. */
static struct json_object *
find_image(struct json_object *status, const char *name)
{
	struct json_object *found = NULL, *image;
	bool said =
	    control_number(control_object(status, "default"), "version") > 0;
	size_t n, matches = 0;
	struct json_object *images = control_array(status, "images", &n);

	for (size_t i = 0; i < n; i++) {
		image = json_object_array_get_idx(images, i);
		if (name != NULL ? !control_image_is(image, name)
				 : !control_bool(image, "default"))
			continue;
		if (said && control_bool(image, "default"))
			return image;
		found = image;
		matches++;
	}
	if (matches == 1)
		return found;
	if (name == NULL)
		fprintf(stderr, PROGRAM ": this node has no default image\n");
	else if (matches == 0)
		fprintf(stderr, PROGRAM ": this node has no image %s\n", name);
	else
		fprintf(stderr,
			PROGRAM ": %zu images are called %s: name one by its "
				"id, or NAME@ID\n",
			matches, name);
	return NULL;
}

/* Prints the image's id, but only if it is well-formed, since scripts make
 * paths of it.  Returns 0, or -1. */
static int
print_id(struct json_object *image)
{
	const char *id = control_string(image, "id");
	struct digest d;

	if (digest_parse(id, strlen(id), &d) == -1) {
		fprintf(stderr, PROGRAM ": the router gave no id\n");
		return -1;
	}
	puts(id);
	return stdout_flush(PROGRAM);
}

static int
show_image_id(const char *run_dir, const char *name)
{
	struct json_object *o = control_ask_json(run_dir, "status");
	struct json_object *image;
	int result = -1;

	if (o == NULL) {
		control_complain(PROGRAM, run_dir);
		return -1;
	}
	image = find_image(o, name);
	if (image != NULL)
		result = print_id(image);
	json_object_put(o);
	return result;
}

/* Prints the id that the signed word on `subject` has.  Returns 0; -1: stderr
 * says why. */
static int
show_word_id(const char *run_dir, const char *subject)
{
	struct json_object *o = control_ask_json(run_dir, "status");
	size_t n;
	struct json_object *words =
	    control_array(control_object(o, "authority"), "words", &n);
	int result = -1;

	for (size_t i = 0; i < n; i++) {
		struct json_object *w = json_object_array_get_idx(words, i);

		if (strcmp(control_string(w, "subject"), subject) == 0)
			result = print_id(w);
	}
	if (o == NULL)
		control_complain(PROGRAM, run_dir);
	else if (result == -1)
		fprintf(stderr, PROGRAM ": no %s is in force\n", subject);
	json_object_put(o);
	return result;
}

/* Prints the verdict on the cluster as this node sees it (status_verdict.h).
 * Returns the exit status: the value of enum verdict_state, or FAILED if
 * writing to stdout fails. */
static int
print_verdict(const struct settings *set)
{
	struct json_object *o = control_ask_json(set->run_dir, "status");
	struct verdict v = {.state = VERDICT_FAILED,
			    .n = 1,
			    .reasons = {"the node here does not answer"}};
	struct json_object *json;

	if (o != NULL)
		verdict_of(o, &v);
	else
		control_complain(PROGRAM, set->run_dir);
	json_object_put(o);
	if (set->json) {
		json = verdict_json(&v);
		puts(json_object_to_json_string_ext(json,
						    JSON_C_TO_STRING_PRETTY));
		json_object_put(json);
	} else {
		verdict_show(stdout, &v);
	}
	return stdout_flush(PROGRAM) == 0 ? (int)v.state : VERDICT_FAILED;
}

int
cmd_status(int argc, char **argv)
{
	struct settings set = {.config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR};
	struct status s = {.set = &set};
	char **rest;
	int nrest, result;

	watch_arguments(PROGRAM, argc, argv);
	options_parse(&command, argc, argv, &set, &rest, &nrest);
	if (nrest > set.image_id) {
		fprintf(stderr, PROGRAM ": %s: what is this?\n",
			rest[set.image_id]);
		return 2;
	}
	if (set.check)
		return print_verdict(&set);
	if (set.site_id)
		set.word = WORD_SITE;
	if (set.image_id || set.word != NULL) {
		result = set.word != NULL ? show_word_id(set.run_dir, set.word)
					  : show_image_id(set.run_dir, rest[0]);
		return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	set.watch.who = PROGRAM;
	/* With --json --watch each answer is one line, which must not be
	 * folded. */
	set.watch.raw = set.json;
	result = watch_run(&set.watch, show, &s);
	json_object_put(s.before);
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
