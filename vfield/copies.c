/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/copies.h"

#include <inttypes.h>

#include "vfield/control.h"
#include "vfield/human.h"

void
copies_show(FILE *to, struct json_object *image, const char *margin)
{
	struct json_object *c = control_object(image, "copies");
	uint64_t least = control_number(c, "least");
	uint64_t missing = control_number(c, "short_bytes");
	uint64_t rate = control_number(c, "rate");
	bool seed = control_bool(c, "seed");
	char bytes[HUMAN_TEXT], fast[HUMAN_TEXT];

	if (control_number(c, "nodes") == 0)
		return;
	fprintf(to, "%severy chunk on %" PRIu64 " or more%s", margin, least,
		seed ? " beside the seed" : "");
	if (least + seed > 1)
		fprintf(to, ", survives any %" PRIu64 " death%s\n",
			least + seed - 1, least + seed == 2 ? "" : "s");
	else
		fprintf(to, ", survives no death\n");
	if (missing == 0)
		return;
	fprintf(to, "%s%s to copy until that is as good as can be", margin,
		human_bytes(missing, bytes));
	if (rate > 0)
		fprintf(to, ", %s/s: %" PRIu64 " s", human_bytes(rate, fast),
			missing / rate + 1);
	fputc('\n', to);
}
