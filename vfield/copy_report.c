/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/copy_report.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "site/ranges.h"
#include "vfield/json_fields.h"
#include "vfield/progress.h"

#define BAR_NS (200 * NS_PER_MS)
#define JSON_NS (1000 * NS_PER_MS)
/* The time between two lines of progress in the log.  Arbitrary; the same as in
 * fetch_report.c. */
#define LINE_NS (10000 * NS_PER_MS)
#define TEXT 512

static double
since_s(const struct copy_report *r)
{
	return (clock_now_ns() - r->began_ns) / 1e9;
}

static double
percent(const struct copy_node *n)
{
	return n->bytes > 0 ? 100.0 * n->done / n->bytes : 100;
}

/* --- lines --- */

static void
clear_bar(struct copy_report *r)
{
	if (r->bar)
		fputs("\r\033[K", stderr);
	r->bar = false;
}

static void
log_line(struct copy_report *r, const char *line)
{
	time_t now = time(NULL);
	char when[32];
	struct tm tm;

	if (r->log == NULL || localtime_r(&now, &tm) == NULL)
		return;
	strftime(when, sizeof when, "%FT%T%z", &tm);
	fprintf(r->log, "%s %s\n", when, line);
	fflush(r->log);
}

static void __attribute__((format(printf, 2, 3)))
say(struct copy_report *r, const char *fmt, ...)
{
	AUTO_FREE char *line = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&line, fmt, ap) == -1)
		line = NULL;
	va_end(ap);
	if (line == NULL)
		return;
	log_line(r, line);
	if (r->json)
		return;
	clear_bar(r);
	puts(line);
	fflush(stdout);
}

/* --- JSON --- */

/* Prints o if the report is to be JSON, and frees it. */
static void
print(struct copy_report *r, struct json_object *o)
{
	if (r->json)
		(void)json_event_print(o);
	else
		json_object_put(o);
}

/* --- the beginning, and changes of machines --- */

void
copy_report_begin(struct copy_report *r, const char *image, size_t nnodes)
{
	struct json_object *o = json_event("begin");

	r->began_ns = r->said_ns = clock_now_ns();
	json_add_text(o, "image", image);
	json_add_text(o, "path", r->path);
	json_add_number(o, "bytes", r->bytes);
	json_add_number(o, "nodes", nnodes);
	print(r, o);
	say(r, "%s: %.1f MB to %zu machines, as image %.12s", r->path,
	    r->bytes / 1e6, nnodes, image);
}

static void
tell_end(struct copy_report *r, const struct copy_node *n)
{
	struct json_object *o = json_event("end");
	double rate = n->seconds > 0 ? n->bytes / 1e6 / n->seconds : 0;

	json_add_text(o, "node", n->name);
	json_add_number(o, "bytes", n->bytes);
	json_add_seconds(o, n->seconds);
	json_object_object_add(o, "verified", json_object_new_boolean(true));
	print(r, o);
	say(r, "%s: %.1f MB in %.1f s, %.1f MB/s, verified", n->name,
	    n->bytes / 1e6, n->seconds, rate);
}

static void
tell_loss(struct copy_report *r, const struct copy_node *n)
{
	bool failed = n->state == COPY_FAILED;
	struct json_object *o = json_event(failed ? "failed" : "lost");

	json_add_text(o, "node", n->name);
	json_add_number(o, "done", n->done);
	json_add_number(o, "bytes", n->bytes);
	json_add_text(o, "why", n->why);
	print(r, o);
	say(r, "%s: %s at %.0f %% (%.1f MB): %s", n->name,
	    failed ? "failed" : "lost", percent(n), n->done / 1e6, n->why);
}

static void
tell_back(struct copy_report *r, const struct copy_node *n)
{
	struct json_object *o = json_event("back");

	json_add_text(o, "node", n->name);
	json_add_number(o, "done", n->done);
	print(r, o);
	say(r, "%s: is back, at %.0f %%", n->name, percent(n));
}

void
copy_report_node(struct copy_report *r, const struct copy_node *n)
{
	switch (n->state) {
	case COPY_DONE:
		tell_end(r, n);
		break;
	case COPY_FAILED:
	case COPY_LOST:
	case COPY_SILENT:
		tell_loss(r, n);
		break;
	case COPY_RUNNING:
		if (n->why[0] != '\0')
			tell_back(r, n);
		break;
	case COPY_WAITING:
	case COPY_STARTING:
		break;
	}
}

/* --- progress --- */

/* How far all machines together have come. */
struct sum {
	size_t running, done, gone;
	/* bytes written by the running machine that has the fewest, and by all
	 */
	uint64_t least, bytes;
	/* the running machine that has written the fewest bytes; NULL: none */
	const struct copy_node *slowest;
};

static struct sum
sum_of(const struct copy_node *nodes, size_t n)
{
	struct sum s = {0};

	for (size_t i = 0; i < n; i++) {
		const struct copy_node *node = &nodes[i];

		if (node->state == COPY_DONE) {
			s.done++;
			s.bytes += node->bytes;
		} else if (copy_node_waited_for(node)) {
			s.running++;
			s.bytes += node->done;
			if (s.slowest == NULL || node->done < s.slowest->done)
				s.slowest = node;
		} else {
			s.gone++;
		}
	}
	return s;
}

static void
print_progress(struct copy_report *r, const struct sum *s)
{
	struct json_object *o = json_event("progress");

	json_add_number(o, "done", s->bytes);
	json_add_number(o, "bytes", r->bytes * (s->running + s->done));
	json_add_number(o, "running", s->running);
	json_add_number(o, "ended", s->done);
	json_add_number(o, "missing", s->gone);
	json_add_text(o, "slowest", s->slowest != NULL ? s->slowest->name : "");
	json_add_seconds(o, since_s(r));
	print(r, o);
}

/* Writes to `to` a line of progress: a bar for the mean of all machines, with
 * the mean rate and the time that is left, then the slowest machine. */
static void
progress_line(const struct copy_report *r, const struct sum *s, char to[TEXT])
{
	char bar[PROGRESS_TEXT];
	uint64_t mean = s->bytes / (s->running + s->done);
	int n;

	progress_text(mean, r->bytes, clock_now_ns() - r->began_ns, bar);
	n = snprintf(to, TEXT, "%s; %zu copy, %zu done", bar, s->running,
		     s->done);
	if (s->gone > 0 && n > 0 && n < TEXT)
		n += snprintf(to + n, TEXT - n, ", %zu missing", s->gone);
	if (s->slowest != NULL && n > 0 && n < TEXT)
		snprintf(to + n, TEXT - n, "; slowest %s, %.0f %%",
			 s->slowest->name, percent(s->slowest));
}

void
copy_report_progress(struct copy_report *r, const struct copy_node *nodes,
		     size_t n)
{
	bool bar = !r->json && isatty(STDERR_FILENO);
	int64_t now_ns = clock_now_ns();
	struct sum s = sum_of(nodes, n);
	char text[TEXT];

	if (s.running == 0 || now_ns - r->said_ns < (r->json ? JSON_NS
						     : bar   ? BAR_NS
							     : LINE_NS))
		return;
	r->said_ns = now_ns;
	if (r->json) {
		print_progress(r, &s);
		return;
	}
	progress_line(r, &s, text);
	if (!bar)
		log_info("%s", text);
	else
		fprintf(stderr, "\r\033[K%s", text);
	r->bar = bar;
}

/* --- the end --- */

/* Returns the names of the machines that do not have the file, as text
 * (site/ranges.h), for free(); NULL: no memory. */
static char *
missing_text(const struct copy_node *nodes, size_t n)
{
	struct name_set *set = name_set_new();
	char *text = NULL;

	if (set == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (nodes[i].state != COPY_DONE)
			name_set_add(set, nodes[i].name, strlen(nodes[i].name));
	text = ranges_text(set);
	name_set_free(set);
	return text;
}

static const struct copy_node *
slowest_of(const struct copy_node *nodes, size_t n)
{
	const struct copy_node *slowest = NULL;

	for (size_t i = 0; i < n; i++)
		if (nodes[i].state == COPY_DONE &&
		    (slowest == NULL || nodes[i].seconds > slowest->seconds))
			slowest = &nodes[i];
	return slowest;
}

void
copy_report_end(struct copy_report *r, const struct copy_node *nodes, size_t n)
{
	struct sum s = sum_of(nodes, n);
	const struct copy_node *slowest = slowest_of(nodes, n);
	AUTO_FREE char *missing = missing_text(nodes, n);
	const char *who = missing != NULL ? missing : "?";
	struct json_object *o = json_event("summary");

	clear_bar(r);
	json_add_number(o, "nodes", n);
	json_add_number(o, "ended", s.done);
	json_add_number(o, "bytes", r->bytes);
	json_add_seconds(o, since_s(r));
	json_add_text(o, "missing", s.done < n ? who : "");
	print(r, o);
	if (s.done == n)
		say(r, "all %zu have it after %.1f s; slowest %s", n,
		    since_s(r), slowest != NULL ? slowest->name : "");
	else
		say(r, "%zu of %zu have it after %.1f s; missing: %s", s.done,
		    n, since_s(r), who);
}
