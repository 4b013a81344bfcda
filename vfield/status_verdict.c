/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/status_verdict.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "vfield/control.h"
#include "vfield/human.h"

#define NAME_TEXT 65
/* A peer is slow if its rate times SLOW is below the median.  Arbitrary, but
 * far beyond noise. */
#define SLOW 10
/* Seconds for which a lost node makes the verdict DEGRADED.  Arbitrary: a
 * monitoring program asks several times in that time, and a machine that was
 * started again is back. */
#define LOST_S 900
/* How many rates must be known before a peer can be called slow: of two peers,
 * neither can. */
#define MEDIAN_OF 3

static const char *const words[] = {"OK", "DEGRADED", "FAILED"};
static const char *const json_words[] = {"ok", "degraded", "failed"};

static void __attribute__((format(printf, 3, 4)))
because(struct verdict *v, enum verdict_state state, const char *fmt, ...)
{
	va_list ap;

	if (state > v->state)
		v->state = state;
	if (v->n == VERDICT_REASONS)
		return;
	va_start(ap, fmt);
	vsnprintf(v->reasons[v->n++], VERDICT_TEXT, fmt, ap);
	va_end(ap);
}

static const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* Returns how many chunks lie on exactly `nodes` nodes, the seeds not counted.
 */
static uint64_t
chunks_on(struct json_object *copies, size_t nodes)
{
	size_t n;
	struct json_object *chunks = control_array(copies, "chunks", &n);
	int64_t value = 0;

	if (nodes < n)
		value = json_object_get_int64(
		    json_object_array_get_idx(chunks, nodes));
	return value > 0 ? value : 0;
}

static void
image_failures(struct verdict *v, struct json_object *image)
{
	struct json_object *copies = control_object(image, "copies");
	uint64_t none = chunks_on(copies, 0);
	uint64_t waiting = control_number(image, "waiting_reads");
	char name[NAME_TEXT];

	human_clean(control_string(image, "name"), name, sizeof name);
	if (none > 0 && !control_bool(copies, "seed"))
		because(v, VERDICT_FAILED,
			"%" PRIu64 " chunk%s of %s ha%s no copy", none,
			plural(none), name, none == 1 ? "s" : "ve");
	if (waiting > 0 && control_number(image, "stalled") > 0)
		because(v, VERDICT_FAILED, "%" PRIu64 " read%s of %s wait%s",
			waiting, plural(waiting), name,
			waiting == 1 ? "s" : "");
}

/* Adds a reason if the image's file, or the store here, does not answer. */
static void
disk_worries(struct verdict *v, struct json_object *image)
{
	size_t n;
	struct json_object *all = control_array(image, "hangs", &n);
	char name[NAME_TEXT], where[VERDICT_TEXT / 2], since[HUMAN_TEXT];

	human_clean(control_string(image, "name"), name, sizeof name);
	for (size_t i = 0; i < n; i++) {
		struct json_object *h = json_object_array_get_idx(all, i);
		bool reading =
		    strcmp(control_string(h, "what"), "reading") == 0;

		human_clean(control_string(h, "where"), where, sizeof where);
		human_seconds(control_number(h, "seconds"), since);
		because(v, VERDICT_DEGRADED,
			reading ? "reading %.80s hangs since %s: peers "
				  "are asked for %s"
				: "writing to %.80s hangs since %s: %s is not "
				  "kept here",
			where, since, name);
	}
}

static void
image_worries(struct verdict *v, struct json_object *image, uint64_t machines)
{
	struct json_object *copies = control_object(image, "copies");
	uint64_t single = chunks_on(copies, 1);
	uint64_t missing = control_number(copies, "short_bytes");
	char name[NAME_TEXT], bytes[HUMAN_TEXT];

	if (control_bool(copies, "seed") || machines < 2)
		return;
	human_clean(control_string(image, "name"), name, sizeof name);
	if (single > 0)
		because(v, VERDICT_DEGRADED,
			"%" PRIu64 " chunk%s of %s on one machine alone",
			single, plural(single), name);
	if (missing > 0)
		because(v, VERDICT_DEGRADED,
			"%s of %s to copy until no more loss hurts",
			human_bytes(missing, bytes), name);
}

enum peer_trouble
verdict_peer(struct json_object *peer, uint64_t median, char why[VERDICT_TEXT])
{
	const char *state = control_string(peer, "state");
	uint64_t bad = control_number(peer, "bad_hashes");
	uint64_t rate = control_number(peer, "rate");
	char bytes[HUMAN_TEXT], usual[HUMAN_TEXT];

	*why = '\0';
	if (strcmp(state, "banned") == 0 || strcmp(state, "useless") == 0) {
		if (bad > 0)
			snprintf(why, VERDICT_TEXT,
				 "is banned: %" PRIu64 " wrong chunk%s", bad,
				 plural(bad));
		else
			strcpy(why,
			       "is banned: it owed, and delivered nothing");
		return PEER_BANNED;
	}
	if (strcmp(state, "down") == 0 || strcmp(state, "suspect") == 0) {
		snprintf(
		    why, VERDICT_TEXT, "does not answer, and owes %s",
		    human_bytes(control_number(peer, "outstanding"), bytes));
		return PEER_SILENT;
	}
	if (rate == 0 || rate >= median / SLOW)
		return PEER_FINE;
	snprintf(why, VERDICT_TEXT, "is slow: %s/s, where others do %s/s",
		 human_bytes(rate, bytes), human_bytes(median, usual));
	return PEER_SLOW;
}

static int
by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

uint64_t
verdict_median(struct json_object *status)
{
	size_t n, known = 0;
	struct json_object *peers = control_array(status, "peers", &n);
	AUTO_FREE uint64_t *rates = calloc(n + 1, sizeof *rates);

	for (size_t i = 0; rates != NULL && i < n; i++) {
		uint64_t rate =
		    control_number(json_object_array_get_idx(peers, i), "rate");

		if (rate > 0)
			rates[known++] = rate;
	}
	if (known < MEDIAN_OF)
		return 0;
	qsort(rates, known, sizeof *rates, by_size);
	return rates[known / 2];
}

/* Adds a reason if nodes were lost in the last LOST_S seconds, with the name of
 * the node that was lost last. */
static void
loss_worries(struct verdict *v, struct json_object *status)
{
	size_t n, lost = 0;
	struct json_object *gone = control_array(status, "gone", &n);
	struct json_object *last = NULL;
	char name[NAME_TEXT], ago[HUMAN_TEXT];

	for (size_t i = 0; i < n; i++) {
		struct json_object *g = json_object_array_get_idx(gone, i);

		if (strcmp(control_string(g, "reason"), "lost") != 0 ||
		    control_number(g, "ago_s") > LOST_S)
			continue;
		last = lost++ == 0 ? g : last;
	}
	if (lost == 0)
		return;
	human_clean(control_string(last, "name"), name, sizeof name);
	human_ago(control_number(last, "ago_s"), ago);
	if (lost == 1)
		because(v, VERDICT_DEGRADED, "%s lost %s ago", name, ago);
	else
		because(v, VERDICT_DEGRADED,
			"%zu nodes lost, the last of them %s, %s ago", lost,
			name, ago);
}

/* Adds a reason for each peer that is banned or does not answer.  A slow peer
 * adds none, since other peers are asked instead. */
static void
peer_worries(struct verdict *v, struct json_object *status)
{
	size_t n;
	struct json_object *peers = control_array_by_name(status, "peers", &n);
	char name[NAME_TEXT], why[VERDICT_TEXT];

	for (int trouble = PEER_BANNED; trouble > PEER_SLOW; trouble--)
		for (size_t i = 0; i < n; i++) {
			struct json_object *p =
			    json_object_array_get_idx(peers, i);

			if ((int)verdict_peer(p, 0, why) != trouble)
				continue;
			human_clean(control_string(p, "name"), name,
				    sizeof name);
			because(v, VERDICT_DEGRADED, "%s %.180s", name, why);
		}
}

static void
images_not_taken(struct verdict *v, struct json_object *status)
{
	size_t n;
	struct json_object *all = control_array(status, "not_taken", &n);
	char name[NAME_TEXT], why[VERDICT_TEXT];

	for (size_t i = 0; i < n; i++) {
		struct json_object *t = json_object_array_get_idx(all, i);

		human_clean(control_string(t, "name"), name, sizeof name);
		human_clean(control_string(t, "why"), why, sizeof why);
		because(v, VERDICT_DEGRADED, "image %s is not taken: %.160s",
			name, why);
	}
}

static void
node_worries(struct verdict *v, struct json_object *status, size_t nimages)
{
	struct json_object *chosen = control_object(status, "default");
	struct json_object *store = control_object(status, "store");
	struct json_object *member = control_object(status, "membership");
	uint64_t errors = control_number(store, "errors");
	char twin[NAME_TEXT];

	human_clean(control_string(control_object(status, "node"), "twin"),
		    twin, sizeof twin);
	if (twin[0] != '\0')
		because(v, VERDICT_DEGRADED,
			"the node at %s has the id of this one: the file "
			"node.key of one of them was copied",
			twin);
	if (control_string(member, "peer")[0] == '\0')
		because(v, VERDICT_DEGRADED,
			"no member answers, so that who comes and goes is not "
			"known");
	if (errors > 0)
		because(v, VERDICT_DEGRADED,
			"the store here failed to keep %" PRIu64 " chunk%s",
			errors, plural(errors));
	if (control_string(chosen, "id")[0] != '\0' &&
	    !control_bool(chosen, "here"))
		because(v, VERDICT_DEGRADED,
			"the default image is not here yet");
	else if (nimages == 0)
		because(v, VERDICT_DEGRADED,
			"no image: no peer has told of one yet");
	images_not_taken(v, status);
}

/* Adds the reason for the verdict OK: how many machines there are, and the name
 * and copies of the image that has the fewest copies. */
static void
all_well(struct verdict *v, struct json_object *images, size_t n,
	 uint64_t machines)
{
	struct json_object *worst = NULL, *copies = NULL;
	uint64_t least = UINT64_MAX;
	char name[NAME_TEXT], where[VERDICT_TEXT / 2];

	for (size_t i = 0; i < n; i++) {
		struct json_object *im = json_object_array_get_idx(images, i);
		struct json_object *c = control_object(im, "copies");
		uint64_t all =
		    control_number(c, "least") + control_bool(c, "seed");

		if (all >= least)
			continue;
		least = all;
		worst = im;
		copies = c;
	}
	human_clean(control_string(worst, "name"), name, sizeof name);
	if (!control_bool(copies, "seed"))
		snprintf(where, sizeof where, "on %" PRIu64 " or more", least);
	else if (least > 1)
		snprintf(where, sizeof where,
			 "at the seed and on %" PRIu64 " or more", least - 1);
	else
		strcpy(where, "at the seed");
	because(v, VERDICT_OK, "%" PRIu64 " machine%s, every chunk of %s %s",
		machines, plural(machines), name, where);
}

void
verdict_of(struct json_object *status, struct verdict *v)
{
	struct json_object *member = control_object(status, "membership");
	uint64_t machines = control_number(member, "nodes");
	size_t n;
	struct json_object *images = control_array(status, "images", &n);

	*v = (struct verdict){.state = VERDICT_OK};
	for (size_t i = 0; i < n; i++)
		image_failures(v, json_object_array_get_idx(images, i));
	for (size_t i = 0; i < n; i++)
		disk_worries(v, json_object_array_get_idx(images, i));
	for (size_t i = 0; i < n; i++)
		image_worries(v, json_object_array_get_idx(images, i),
			      machines);
	node_worries(v, status, n);
	loss_worries(v, status);
	peer_worries(v, status);
	if (v->n == 0)
		all_well(v, images, n, machines);
}

void
verdict_show(FILE *to, const struct verdict *v)
{
	fprintf(to, "%s: ", words[v->state]);
	for (size_t i = 0; i < v->n; i++)
		fprintf(to, "%s%s", i > 0 ? "; " : "", v->reasons[i]);
	fprintf(to, "%s\n", v->n == VERDICT_REASONS ? "; ..." : "");
}

struct json_object *
verdict_json(const struct verdict *v)
{
	struct json_object *o = json_object_new_object();
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; i < v->n; i++)
		json_object_array_add(a, json_object_new_string(v->reasons[i]));
	json_object_object_add(o, "state",
			       json_object_new_string(json_words[v->state]));
	json_object_object_add(o, "reasons", a);
	return o;
}
