/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield fetch: fills a file on this machine with an image. */
#include "vfield/cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "lib/options.h"
#include "lib/path_in.h"
#include "lib/socket_names.h"
#include "vfield/control.h"
#include "vfield/fetch_file.h"
#include "vfield/fetch_report.h"
#include "vfield/human.h"
#include "vfield/image_reader.h"
#include "vfield/image_remove.h"
#include "vfield/node_config.h"
#include "vfield/site_now.h"

#define PROGRAM "vfield fetch"
#define LOOK_MS 200
/* Milliseconds between two looks at the signed words, and those in which the
 * node must answer.  Chosen: a newer word is noticed soon, and bytes that come
 * wait for the answer at most so long. */
#define WORD_LOOK_MS 1000
#define WORD_ANSWER_MS 500
#define MODE_DEFAULT "644"

struct settings {
	const char *config;
	const char *run_dir;
	const char *mode; /* permissions of the file, in octal digits */
	/* how many seconds to wait until the node knows the image */
	uint64_t wait_s;
	/* after how many seconds without a byte reading ends; 0: never */
	uint64_t silence_s;
	/* subject of the signed word that names the image; NULL: none does */
	const char *word;
	bool force;
	bool wipe;
	bool json;
	bool ordered;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    OPT("force", 'f', FLAG, force, NULL, "replace a file that is there"),
    OPT("wipe", 0, FLAG, wipe, NULL,
	"overwrite a disk or partition that is not blank"),
    OPT("mode", 'm', STRING, mode, "MODE",
	"the file's permissions, in octal (" MODE_DEFAULT ")"),
    OPT("wait", 'w', NUMBER, wait_s, "SECONDS",
	"how long the image may be unknown here (10)"),
    OPT("silence", 0, NUMBER, silence_s, "SECONDS",
	"give up when no byte comes for so long (0: never)"),
    OPT("word", 0, STRING, word, "SUBJECT",
	"give up when the signed word on SUBJECT names another image"),
    OPT("json", 'j', FLAG, json, NULL,
	"say what happens as JSON, one object a line"),
    OPT("ordered", 0, FLAG, ordered, NULL,
	"end when standard input does, of which vfield copy holds the end"),
    NODE_OPTIONS("reads it"),
    {0},
};

static const struct command_spec command = {
    .program = PROGRAM,
    .section = "fetch",
    .args = "NAME|ID PATH",
    .summary = "Fill the file PATH on this machine with an image.",
    .options = options,
};

/* number of the signal that has ended the command; 0: none */
static volatile sig_atomic_t stopped;

static void
on_signal(int signo)
{
	stopped = signo;
}

struct job {
	const struct settings *set;
	struct manifest *m;
	struct fetch_file *file;
	struct fetch_report report;
	int64_t came_ns;   /* when a byte came last, or reading began */
	int64_t looked_ns; /* when the signed words were looked at last */
	char why[FETCH_WHY];
};

/* Writes to j->why that the node's router does not answer, with the text of
 * errno.  Returns -1. */
static int
no_node(struct job *j)
{
	snprintf(j->why, sizeof j->why,
		 "no node answers in %s: %s; vfield join starts one",
		 j->set->run_dir, strerror(errno));
	return -1;
}

/* Finds the id of the image `name`.  Returns 0; or -1 after writing the reason
 * to j->why. */
static int
find_id(struct job *j, const char *name, struct digest *id)
{
	struct json_object *o;
	const char *hex;
	int result = -1;

	if (digest_parse(name, strlen(name), id) == 0)
		return 0;
	o = control_resolve(j->set->run_dir, name);
	hex = control_string(o, "id");
	if (o == NULL)
		no_node(j);
	else if (digest_parse(hex, strlen(hex), id) == 0)
		result = 0;
	else
		human_clean(control_string(o, "error"), j->why, sizeof j->why);
	json_object_put(o);
	return result;
}

/* Looks, at most once every WORD_LOOK_MS, which image the word names that this
 * fetch goes by.  Returns true, after writing so to `why`, if the image is not
 * `id`: the image of an older word is perhaps on no machine any more.  As long
 * as the node does not answer, or has no such word, the image may still be
 * right. */
static bool
is_superseded(struct job *j, const struct digest *id, char *why)
{
	struct json_object *o;
	struct site_past said = {.id = *id};
	bool other;

	if (j->set->word == NULL ||
	    clock_now_ns() - j->looked_ns < WORD_LOOK_MS * NS_PER_MS)
		return false;
	o = control_ask_json_within(j->set->run_dir, "words", WORD_ANSWER_MS);
	j->looked_ns = clock_now_ns();
	site_now_word_in(o, j->set->word, &said);
	other = !digest_equal(&said.id, id);
	json_object_put(o);
	if (other)
		snprintf(why, FETCH_WHY,
			 "the word on %s names another image now",
			 j->set->word);
	return other;
}

/* Loads the manifest of the image `name` from the node's store.  Returns 0; or
 * -1 after writing the reason to j->why, for example if the node does not know
 * the image yet. */
static int
find_manifest(struct job *j, const char *name)
{
	struct json_object *o;
	AUTO_FREE char *path = NULL;
	char hex[DIGEST_HEX];
	struct digest id;
	const char *why = NULL;

	if (find_id(j, name, &id) == -1)
		return -1;
	o = control_ask_json(j->set->run_dir, "status");
	if (o == NULL)
		return no_node(j);
	if (asprintf(&path, "%s/%s/manifest",
		     control_string(control_object(o, "store"), "dir"),
		     digest_hex(&id, hex)) == -1)
		path = NULL;
	json_object_put(o);
	j->m = path != NULL ? manifest_load(path, &why) : NULL;
	if (j->m != NULL && digest_equal(&j->m->id, &id))
		return 0;
	manifest_free(j->m);
	j->m = NULL;
	snprintf(j->why, sizeof j->why, "the node in %s does not have image %s",
		 j->set->run_dir, name);
	return -1;
}

static int
find_image(struct job *j, const char *name)
{
	int64_t until_ns =
	    clock_now_ns() + (int64_t)j->set->wait_s * 1000 * NS_PER_MS;
	struct timespec pause = {.tv_nsec = LOOK_MS * NS_PER_MS};
	struct digest id;

	fetch_report_wait(&j->report);
	while (find_manifest(j, name) == -1) {
		if (clock_now_ns() >= until_ns || stopped ||
		    (digest_parse(name, strlen(name), &id) == 0 &&
		     is_superseded(j, &id, j->why)))
			return -1;
		nanosleep(&pause, NULL);
	}
	return 0;
}

static int
take(void *ctx, uint32_t chunk, const void *data, uint32_t len, char *why)
{
	struct job *j = ctx;
	uint64_t at = (uint64_t)chunk * j->m->chunk_size;

	if (fetch_file_write(j->file, data, len, at, why) == -1)
		return -1;
	j->report.done += len;
	j->came_ns = clock_now_ns();
	return 0;
}

/* Returns true if standard input has ended or has bytes.  Neither happens while
 * the `vfield copy` that ordered this fetch goes on. */
static bool
orderer_gone(void)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

/* Returns true, after writing so to `why`, if no byte has come for too long.
 * Once all have come it may take any time until they are on the disk. */
static bool
is_silent(const struct job *j, char *why)
{
	uint64_t s = (clock_now_ns() - j->came_ns) / (1000 * NS_PER_MS);

	if (j->set->silence_s == 0 || s < j->set->silence_s ||
	    j->report.done == j->m->size)
		return false;
	snprintf(why, FETCH_WHY, "no byte has come for %" PRIu64 " s", s);
	return true;
}

/* Returns true if the node still has the image.  If a signed removal could
 * reach this node, the node of `vfield copy` may have removed the image
 * everywhere already. */
static bool
image_is_known(const struct job *j)
{
	char hex[DIGEST_HEX];
	struct json_object *o =
	    control_resolve(j->set->run_dir, digest_hex(&j->m->id, hex));
	bool known = control_bool(o, "ok");

	json_object_put(o);
	return known;
}

static int
tick(void *ctx, char *why)
{
	struct job *j = ctx;

	if (stopped) {
		snprintf(why, FETCH_WHY, "ended by signal %d (%s)",
			 (int)stopped, strsignal(stopped));
		return -1;
	}
	if (is_silent(j, why) ||
	    (j->report.done < j->m->size && is_superseded(j, &j->m->id, why)))
		return -1;
	if (fetch_report_progress(&j->report) == 0 &&
	    !(j->set->ordered && orderer_gone()))
		return 0;
	snprintf(why, FETCH_WHY, "whoever asked for it is gone");
	return -1;
}

/* Waits until standard input ends or has a line.  If the line is "remove", has
 * the node let go of the image. */
static void
await_orders(const struct job *j)
{
	char line[16], hex[DIGEST_HEX];
	struct digest id;

	if (fgets(line, sizeof line, stdin) != NULL &&
	    strcmp(line, "remove\n") == 0 && image_is_known(j))
		image_remove(PROGRAM, j->set->run_dir,
			     digest_hex(&j->m->id, hex), true, &id);
}

static int
fetch(struct job *j, const char *name, const char *path, mode_t mode)
{
	AUTO_FREE char *socket = path_in(j->set->run_dir, SOCKET_ROUTER);
	struct image_reader_setup reader = {
	    .socket = socket, .take = take, .tick = tick, .ctx = j};

	unsigned may = (j->set->force ? FETCH_MAY_REPLACE : 0) |
		       (j->set->wipe ? FETCH_MAY_WIPE : 0);

	if (find_image(j, name) == -1)
		return -1;
	reader.m = j->m;
	j->file = fetch_file_open(path, j->m->size, mode, may, j->why);
	if (j->file == NULL)
		return -1;
	fetch_report_begin(&j->report, &j->m->id, j->m->size);
	j->came_ns = clock_now_ns();
	if (image_reader_run(&reader, j->why) == -1 ||
	    fetch_file_commit(j->file, tick, j, j->why) == -1)
		return -1;
	return 0;
}

static void
catch_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction sa = {.sa_handler = on_signal};

	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static mode_t
parse_mode(const char *text)
{
	char *end;
	unsigned long mode = strtoul(text, &end, 8);

	if (*text >= '0' && *text <= '7' && *end == '\0' && mode <= 0777)
		return mode;
	log_error("--mode %s: three octal digits, such as " MODE_DEFAULT, text);
	exit(2);
}

int
cmd_fetch(int argc, char **argv)
{
	struct settings set = {.config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR,
			       .mode = MODE_DEFAULT,
			       .wait_s = 10};
	struct job j = {.set = &set};
	char **rest;
	int nrest, result;
	mode_t mode;

	log_init(PROGRAM, false);
	options_parse(&command, argc, argv, &set, &rest, &nrest);
	if (nrest != 2) {
		fprintf(stderr, PROGRAM ": an image and a path\nTry '" PROGRAM
					" --help'.\n");
		return 2;
	}
	mode = parse_mode(set.mode);
	j.report.json = set.json;
	j.report.path = rest[1];
	catch_signals();
	result = fetch(&j, rest[0], rest[1], mode);
	if (result == -1)
		fetch_report_error(&j.report, j.why);
	fetch_file_close(j.file);
	if (result == 0)
		result = fetch_report_end(&j.report);
	if (result == 0 && set.ordered)
		await_orders(&j);
	manifest_free(j.m);
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
