/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/peer_rows.h"

#include <inttypes.h>
#include <string.h>

#include "vfield/control.h"
#include "vfield/human.h"
#include "vfield/status_verdict.h"

#define NAME_TEXT 65
#define NAME_WIDTH 14
#define ADDRESS_WIDTH 21

struct rows {
	FILE *to;
	struct json_object *before;
	double elapsed_s;
	/* number of chunks of the default image; 0: there is no default
	 * image */
	uint64_t nchunks;
};

static const char *
text(struct json_object *o, const char *key, char to[NAME_TEXT])
{
	return human_clean(control_string(o, key), to, NAME_TEXT);
}

static const char *
fitted(struct json_object *o, const char *key, size_t width, char to[NAME_TEXT])
{
	human_clean(control_string(o, key), to, NAME_TEXT);
	return human_fit(to, width);
}

static struct json_object *
same_peer(struct json_object *o, const char *id)
{
	size_t n;
	struct json_object *peers = control_array(o, "peers", &n);

	for (size_t i = 0; i < n; i++) {
		struct json_object *p = json_object_array_get_idx(peers, i);

		if (strcmp(control_string(p, "id"), id) == 0)
			return p;
	}
	return NULL;
}

/* Returns the peer's rate in bytes/s: by the difference to the status
 * r->before, or, if that is NULL, the one that the router has measured. */
static uint64_t
rate_of(const struct rows *r, struct json_object *peer)
{
	struct json_object *before =
	    same_peer(r->before, control_string(peer, "id"));
	uint64_t a = control_number(before, "bytes");
	uint64_t b = control_number(peer, "bytes");

	if (r->before == NULL)
		return control_number(peer, "rate");
	if (before == NULL || r->elapsed_s <= 0 || b < a)
		return 0;
	return (b - a) / r->elapsed_s;
}

/* Writes to `to` which share of the default image the peer holds. */
static const char *
holds(const struct rows *r, struct json_object *peer, char to[HUMAN_TEXT])
{
	if (control_bool(peer, "complete"))
		return strcpy(to, "all");
	if (r->nchunks == 0)
		return strcpy(to, "-");
	return human_share(control_number(peer, "held"), r->nchunks, to);
}

/* Prints below the peer's row a line with all that is wrong with the peer, or
 * nothing if all is well.  `why` is the text that verdict_peer wrote. */
static void
show_why(FILE *to, struct json_object *peer, const char *why)
{
	uint64_t errors = control_number(peer, "errors");
	uint64_t bad = control_number(peer, "bad_hashes");
	const char *comma = "  ";

	if (*why != '\0') {
		fprintf(to, "%s%s", comma, why);
		comma = "; ";
	}
	if (errors > 0) {
		fprintf(to, "%s%" PRIu64 " error%s", comma, errors,
			errors == 1 ? "" : "s");
		comma = ", ";
	}
	if (bad > 0 && strstr(why, "wrong chunk") == NULL)
		fprintf(to, "%s%" PRIu64 " with a wrong hash", comma, bad);
	if (*why != '\0' || errors > 0 || bad > 0)
		fputc('\n', to);
}

static void
show_peer(const struct rows *r, struct json_object *p, const char *why)
{
	char name[NAME_TEXT], at[NAME_TEXT], state[NAME_TEXT];
	char held[HUMAN_TEXT], rate[HUMAN_TEXT], got[HUMAN_TEXT];

	fprintf(r->to, "%-*s %-*s %-10s %-5s %6s %8s/s %8s\n", NAME_WIDTH,
		fitted(p, "name", NAME_WIDTH, name), ADDRESS_WIDTH,
		fitted(p, "address", ADDRESS_WIDTH, at),
		text(p, "state", state), control_bool(p, "active") ? "yes" : "",
		holds(r, p, held), human_bytes_short(rate_of(r, p), rate),
		human_bytes_short(control_number(p, "bytes"), got));
	show_why(r->to, p, why);
}

/* Prints a row for each node that is gone: if `lost` is true, for those that
 * were lost, else for the others. */
static void
show_gone(FILE *to, struct json_object *status, bool lost)
{
	char name[NAME_TEXT], at[NAME_TEXT], reason[NAME_TEXT];
	char ago[HUMAN_TEXT];
	size_t n;
	struct json_object *gone = control_array(status, "gone", &n);

	for (size_t i = 0; i < n; i++) {
		struct json_object *g = json_object_array_get_idx(gone, i);

		text(g, "reason", reason);
		if ((strcmp(reason, "lost") == 0) != lost)
			continue;
		fprintf(to, "%-*s %-*s %-10s %s ago\n", NAME_WIDTH,
			fitted(g, "name", NAME_WIDTH, name), ADDRESS_WIDTH,
			fitted(g, "address", ADDRESS_WIDTH, at),
			human_fit(reason, 10),
			human_ago(control_number(g, "ago_s"), ago));
	}
}

static uint64_t
default_chunks(struct json_object *status)
{
	size_t n;
	struct json_object *images = control_array(status, "images", &n);

	for (size_t i = 0; i < n; i++) {
		struct json_object *im = json_object_array_get_idx(images, i);

		if (control_bool(im, "default"))
			return control_number(im, "nchunks");
	}
	return 0;
}

void
peer_rows_show(FILE *to, struct json_object *status, struct json_object *before,
	       double elapsed_s)
{
	struct rows r = {to, before, elapsed_s, default_chunks(status)};
	uint64_t median = verdict_median(status);
	char why[VERDICT_TEXT];
	size_t n;
	struct json_object *peers = control_array_by_name(status, "peers", &n);

	if (n == 0)
		fputs("\nno peers\n", to);
	else
		fprintf(to, "\n%-*s %-*s %-10s %-5s %6s %10s %8s\n", NAME_WIDTH,
			"PEER", ADDRESS_WIDTH, "ADDRESS", "STATE", "READS",
			"HOLDS", "RATE", "GOT");
	show_gone(to, status, true);
	for (int trouble = PEER_BANNED; trouble >= PEER_FINE; trouble--)
		for (size_t i = 0; i < n; i++) {
			struct json_object *p =
			    json_object_array_get_idx(peers, i);

			if ((int)verdict_peer(p, median, why) == trouble)
				show_peer(&r, p, why);
		}
	show_gone(to, status, false);
}
