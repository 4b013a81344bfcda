/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/fetch_report.h"

#include <json-c/json.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/loop.h"
#include "vfield/human.h"
#include "vfield/progress.h"

/* The time between two lines in the log.  Arbitrary: so many lines are few even
 * for a fetch of an hour. */
#define LOG_NS (10000 * NS_PER_MS)

static double
seconds(const struct fetch_report *r)
{
	return r->began_ns != 0 ? (clock_now_ns() - r->began_ns) / 1e9 : 0;
}

static struct json_object *
event(const char *name)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "event", json_object_new_string(name));
	return o;
}

static void
add_number(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

static void
add_seconds(struct json_object *o, double s)
{
	char text[32];

	snprintf(text, sizeof text, "%.3f", s);
	json_object_object_add(o, "seconds", json_object_new_double_s(s, text));
}

static int
say(struct json_object *o)
{
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
	return fflush(stdout) == 0 ? 0 : -1;
}

void
fetch_report_wait(struct fetch_report *r)
{
	if (r->json)
		say(event("wait"));
}

void
fetch_report_begin(struct fetch_report *r, const struct digest *id,
		   uint64_t bytes)
{
	char hex[DIGEST_HEX];
	struct json_object *o;

	r->bytes = bytes;
	r->began_ns = r->said_ns = clock_now_ns();
	if (!r->json)
		return;
	o = event("begin");
	json_object_object_add(o, "image",
			       json_object_new_string(digest_hex(id, hex)));
	add_number(o, "bytes", bytes);
	say(o);
}

static int
say_progress(struct fetch_report *r)
{
	struct json_object *o = event("progress");

	add_number(o, "done", r->done);
	add_number(o, "bytes", r->bytes);
	add_seconds(o, seconds(r));
	return say(o);
}

int
fetch_report_progress(struct fetch_report *r)
{
	int64_t now_ns = clock_now_ns();
	char text[PROGRESS_TEXT];

	if (!r->json && isatty(STDERR_FILENO)) {
		progress_show(r->done, r->bytes);
		return 0;
	}
	if (now_ns - r->said_ns <
	    (r->json ? FETCH_REPORT_MS * NS_PER_MS : LOG_NS))
		return 0;
	r->said_ns = now_ns;
	if (r->json)
		return say_progress(r);
	progress_text(r->done, r->bytes, now_ns - r->began_ns, text);
	log_info("%s: %s", r->path, text);
	return 0;
}

int
fetch_report_end(struct fetch_report *r)
{
	double s = seconds(r);
	struct json_object *o;

	progress_clear();
	if (!r->json) {
		printf("%s: %.1f MB in %.1f s, %.1f MB/s, verified\n", r->path,
		       r->bytes / 1e6, s, s > 0 ? r->bytes / 1e6 / s : 0);
		return fflush(stdout) == 0 ? 0 : -1;
	}
	o = event("end");
	json_object_object_add(o, "path", json_object_new_string(r->path));
	add_number(o, "bytes", r->bytes);
	add_seconds(o, s);
	json_object_object_add(o, "verified", json_object_new_boolean(true));
	return say(o);
}

int
fetch_report_error(struct fetch_report *r, const char *why)
{
	struct json_object *o;

	progress_clear();
	if (!r->json) {
		log_error("%s", why);
		return 0;
	}
	o = event("error");
	json_object_object_add(o, "why", json_object_new_string(why));
	add_number(o, "done", r->done);
	return say(o);
}
