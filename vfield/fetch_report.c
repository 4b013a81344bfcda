/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/fetch_report.h"

#include <json-c/json.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/loop.h"
#include "vfield/human.h"
#include "vfield/json_fields.h"
#include "vfield/progress.h"

/* The time between two lines in the log.  Arbitrary: even a fetch of an hour
 * has few such lines. */
#define LOG_NS (10000 * NS_PER_MS)

static double
seconds(const struct fetch_report *r)
{
	return r->began_ns != 0 ? (clock_now_ns() - r->began_ns) / 1e9 : 0;
}

void
fetch_report_wait(struct fetch_report *r)
{
	if (r->json)
		json_event_print(json_event("wait"));
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
	o = json_event("begin");
	json_add_text(o, "image", digest_hex(id, hex));
	json_add_number(o, "bytes", bytes);
	json_event_print(o);
}

static int
say_progress(struct fetch_report *r)
{
	struct json_object *o = json_event("progress");

	json_add_number(o, "done", r->done);
	json_add_number(o, "bytes", r->bytes);
	json_add_seconds(o, seconds(r));
	return json_event_print(o);
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
	o = json_event("end");
	json_add_text(o, "path", r->path);
	json_add_number(o, "bytes", r->bytes);
	json_add_seconds(o, s);
	json_object_object_add(o, "verified", json_object_new_boolean(true));
	return json_event_print(o);
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
	o = json_event("error");
	json_add_text(o, "why", why);
	json_add_number(o, "done", r->done);
	return json_event_print(o);
}
