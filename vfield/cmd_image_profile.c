/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield image profile: writes the order in which a machine that boots reads an
 * image, so that later boots fetch chunks ahead (lib/boot_profile.h).
 */
#include "vfield/cmd.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bitmap.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/manifest.h"
#include "lib/options.h"
#include "lib/boot_profile.h"
#include "vfield/control.h"
#include "vfield/human.h"

#define PROGRAM "vfield image profile"
#define TEXT 256

struct settings {
	const char *record;
	const char *from;
	const char *output;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    OPT("record", 'r', STRING, record, "RUNDIR",
	"of what clients of the node with this run directory have read"),
    OPT("from", 'f', STRING, from, "TRACE",
	"of a file: another profile, lines OFFSET LENGTH, or what nbdkit's log "
	"filter wrote"),
    OPT("output", 'o', STRING, output, "FILE.vfp",
	"where it is written (beside the manifest); - is standard output"),
    {0},
};

static const struct command_spec command = {
    .program = PROGRAM,
    .section = NULL,
    .args = "FILE.vfm",
    .summary = "Write the boot profile of an image: which chunks are read in "
	       "which order.",
    .options = options,
};

/* A profile that is being made: `p` has chunks of the image `m`, in the order
 * of their first reads; `seen` has the same chunks as a set. */
struct list {
	const struct manifest *m;
	struct bitmap *seen;
	struct profile *p;
};

static void
add_chunks(struct list *l, uint64_t first, uint64_t last)
{
	for (uint64_t c = first; c <= last && c < l->m->nchunks; c++)
		if (l->p->n < PROFILE_CHUNKS_MAX && bitmap_add(l->seen, c))
			l->p->chunks[l->p->n++] = c;
}

static void
add_bytes(struct list *l, uint64_t offset, uint64_t len)
{
	if (len == 0 || offset >= l->m->size)
		return;
	if (len > l->m->size - offset)
		len = l->m->size - offset;
	add_chunks(l, offset / l->m->chunk_size,
		   (offset + len - 1) / l->m->chunk_size);
}

/* Adds the chunks that a line of a trace names.  Such a line is "... Read id=1
 * offset=0x1000 count=0x200 ..." of nbdkit's log filter, or OFFSET LENGTH;
 * other lines are ignored. */
static void
add_line(struct list *l, const char *line)
{
	const char *offset = strstr(line, " offset=0x");
	const char *count = strstr(line, " count=0x");
	char at[20], len[20];
	int end = 0;

	if (offset != NULL && count != NULL && strstr(line, "Read ") != NULL)
		add_bytes(l, strtoull(offset + 8, NULL, 16),
			  strtoull(count + 7, NULL, 16));
	else if (sscanf(line, "%19[0-9] %19[0-9] %n", at, len, &end) == 2 &&
		 line[end] == '\0')
		add_bytes(l, strtoull(at, NULL, 10), strtoull(len, NULL, 10));
}

static int
read_trace(struct list *l, const char *path)
{
	AUTO_FREE struct profile *other = NULL;
	AUTO_FREE char *line = NULL;
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	const char *why;
	size_t size = 0;

	if (f == NULL) {
		log_error("%s: %m", path);
		return -1;
	}
	other = profile_load(path, l->m->nchunks, &why);
	for (uint32_t i = 0; other != NULL && i < other->n; i++)
		add_chunks(l, other->chunks[i], other->chunks[i]);
	while (other == NULL && getline(&line, &size, f) > 0)
		add_line(l, line);
	if (l->p->n > 0)
		return 0;
	log_error("%s: no read in it: %s; nor is there a line OFFSET LENGTH",
		  path, other == NULL ? why : "it is empty");
	return -1;
}

static int
read_answer(struct list *l, struct json_object *o, const char *run_dir)
{
	char why[TEXT];
	size_t n;
	struct json_object *reads = control_array(o, "reads", &n);

	human_clean(control_string(o, "error"), why, sizeof why);
	if (why[0] != '\0') {
		log_error("%s: %s", run_dir, why);
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		struct json_object *pair = json_object_array_get_idx(reads, i);

		if (json_object_is_type(pair, json_type_array) &&
		    json_object_array_length(pair) == 2)
			add_chunks(l,
				   json_object_get_uint64(
				       json_object_array_get_idx(pair, 0)),
				   json_object_get_uint64(
				       json_object_array_get_idx(pair, 1)));
	}
	if (l->p->n > 0)
		return 0;
	log_error("%s: no client has read this image there", run_dir);
	return -1;
}

static int
ask_node(struct list *l, const char *run_dir)
{
	char question[16 + DIGEST_HEX] = "reads ";
	struct json_object *o;
	int result;

	digest_hex(&l->m->id, question + strlen(question));
	o = control_ask_json(run_dir, question);
	if (o == NULL) {
		control_complain(PROGRAM, run_dir);
		return -1;
	}
	result = read_answer(l, o, run_dir);
	json_object_put(o);
	return result;
}

static char *
beside(const char *manifest)
{
	size_t len = strlen(manifest);
	char *path;

	if (len > 4 && strcmp(manifest + len - 4, ".vfm") == 0)
		len -= 4;
	if (asprintf(&path, "%.*s.vfp", (int)len, manifest) == -1)
		log_fatal("%s: %m", manifest);
	return path;
}

static int
write_profile(const struct profile *p, const char *path)
{
	AUTO_FREE char *fresh = NULL;
	AUTO_FREE char *text = NULL;
	bool to_stdout = strcmp(path, "-") == 0;
	size_t len;
	FILE *f;

	text = profile_text(p, &len);
	if (asprintf(&fresh, "%s.new", path) == -1 || text == NULL)
		log_fatal("%s: %m", path);
	f = to_stdout ? stdout : fopen(fresh, "we");
	if (f == NULL || fwrite(text, len, 1, f) != 1 ||
	    (to_stdout ? fflush(f) : fclose(f)) != 0 ||
	    (!to_stdout && rename(fresh, path) == -1)) {
		log_error("%s: %m", path);
		return -1;
	}
	if (!to_stdout)
		log_info("%s: %u chunks", path, p->n);
	return 0;
}

static int
make_profile(const struct settings *set, const struct manifest *m,
	     const char *output)
{
	uint32_t max =
	    m->nchunks < PROFILE_CHUNKS_MAX ? m->nchunks : PROFILE_CHUNKS_MAX;
	AUTO_FREE struct profile *p = profile_new(&m->id, max);
	struct list l = {.m = m, .seen = bitmap_new(m->nchunks), .p = p};
	int result;

	if (p == NULL || l.seen == NULL)
		log_fatal("%m");
	result = set->record != NULL ? ask_node(&l, set->record)
				     : read_trace(&l, set->from);
	bitmap_free(l.seen);
	return result == 0 ? write_profile(p, output) : -1;
}

int
cmd_image_profile(int argc, char **argv)
{
	struct settings set = {0};
	AUTO_FREE char *output = NULL;
	struct manifest *m;
	const char *why;
	char **rest;
	int nrest, result;

	log_init(PROGRAM, false);
	options_parse(&command, argc, argv, &set, &rest, &nrest);
	if (nrest != 1 || (set.record == NULL) == (set.from == NULL)) {
		fprintf(stderr, PROGRAM ": one manifest, and --record or "
					"--from\nTry '" PROGRAM " --help'.\n");
		return 2;
	}
	m = manifest_load(rest[0], &why);
	if (m == NULL) {
		log_error("%s: %s", rest[0], why);
		return EXIT_FAILURE;
	}
	output = set.output != NULL ? strdup(set.output) : beside(rest[0]);
	result = make_profile(&set, m, output);
	manifest_free(m);
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
