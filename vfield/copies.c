/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/copies.h"

#include <inttypes.h>

#include "vfield/control.h"
#include "vfield/human.h"

/* how many numbers are printed; more would not fit into 80 columns */
#define SHOWN 3

static void
show_least(FILE *to, struct json_object *c, uint64_t none)
{
	uint64_t least = control_number(c, "least");
	bool seed = control_bool(c, "seed");

	if (none > 0)
		fprintf(to, "%" PRIu64 " chunk%s on no node%s", none,
			none == 1 ? "" : "s", seed ? " but the seed" : "");
	else
		fprintf(to, "every chunk on %" PRIu64 " or more%s", least,
			seed ? " beside the seed" : "");
	if (least + seed > 1)
		fprintf(to, ", survives any %" PRIu64 " death%s\n",
			least + seed - 1, least + seed == 2 ? "" : "s");
	else
		fprintf(to, ", survives no death\n");
}

static uint64_t
chunks_on(struct json_object *chunks, size_t copies)
{
	return json_object_get_int64(json_object_array_get_idx(chunks, copies));
}

/* Prints how many bytes lack a copy for which there is room, and when the
 * missing copies will have been made. */
static void
show_short(FILE *to, struct json_object *c, const char *margin)
{
	uint64_t missing = control_number(c, "short_bytes");
	uint64_t rate = control_number(c, "rate");
	uint64_t can =
	    json_object_get_double(json_object_object_get(c, "room"));
	char bytes[HUMAN_TEXT], fast[HUMAN_TEXT], left[HUMAN_TEXT];
	unsigned shown = 0;
	size_t n;
	struct json_object *chunks = control_array(c, "chunks", &n);

	fprintf(to, "%sfew copies:", margin);
	for (size_t k = 0; k < n && k < can && shown < SHOWN; k++)
		if (chunks_on(chunks, k) > 0)
			fprintf(to, "%s %" PRIu64 " on %zu",
				shown++ > 0 ? "," : "", chunks_on(chunks, k),
				k);
	fprintf(to, "; room for %" PRIu64 " of each\n%s%s to copy", can, margin,
		human_bytes(missing, bytes));
	if (rate > 0)
		fprintf(to, ", %s/s, ready in %s", human_bytes(rate, fast),
			human_seconds(missing / rate + 1, left));
	fputc('\n', to);
}

void
copies_show(FILE *to, struct json_object *image, const char *margin)
{
	struct json_object *c = control_object(image, "copies");
	size_t n;
	struct json_object *chunks = control_array(c, "chunks", &n);

	if (control_number(c, "nodes") == 0)
		return;
	fputs(margin, to);
	show_least(to, c, n > 0 ? chunks_on(chunks, 0) : 0);
	if (control_number(c, "short_bytes") > 0)
		show_short(to, c, margin);
}
