/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield map: draws the replicas of all nodes as rows of chunks. */
#include "vfield/cmd.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/manifest.h"
#include "lib/options.h"
#include "vfield/control.h"
#include "vfield/copies.h"
#include "vfield/human.h"
#include "vfield/node_config.h"
#include "vfield/nodes_named.h"
#include "vfield/replica_row.h"
#include "vfield/site_dir.h"
#include "vfield/watch.h"

#define PROGRAM "vfield map"
#define NAME_COLUMNS 12 /* columns for a name; a longer name is cut */
/* columns that the line "> NAME |row| 100 %" takes beside NAME and row */
#define AROUND_ROW 11
#define NODES_MAX 4096

struct settings {
	const char *config;
	const char *run_dir;
	const char *image;
	const char *site;
	bool ascii;
	bool json;
	struct watch watch;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    WATCH_OPTIONS,
    OPT("image", 'i', STRING, image, "NAME|ID",
	"only this image (default: all of them)"),
    OPT("site", 's', STRING, site, "DIR", "where @GROUPs are looked up"),
    OPT("ascii", 'a', FLAG, ascii, NULL,
	"no other characters, whatever the locale says"),
    {0},
};

static const struct command_spec command = {
    .program = PROGRAM,
    .section = "map",
    .args = "[NODES]",
    .summary = "Draw which node holds which part of the images.",
    .options = options,
};

struct map {
	const struct settings *set;
	struct name_set *only; /* the nodes to be drawn; NULL: all */
	bool utf8;
};

/* An image in the router's answer, decoded. */
struct picture {
	struct json_object *nodes;
	size_t n;
	uint32_t nchunks;
	struct replica *replicas;
	uint64_t *words; /* bitmaps of all replicas, one after the other */
	uint32_t nwords; /* 64-bit words of one replica's bitmap */
};

static int
read_replica(struct picture *p, size_t i)
{
	struct json_object *node = json_object_array_get_idx(p->nodes, i);
	uint64_t *to = p->words + i * p->nwords;
	size_t n;
	struct json_object *words = control_array(node, "words", &n);

	for (size_t w = 0; w < n && w < p->nwords; w++) {
		struct json_object *v = json_object_array_get_idx(words, w);

		if (!json_object_is_type(v, json_type_string))
			return -1;
		to[w] = strtoull(json_object_get_string(v), NULL, 16);
	}
	p->replicas[i] = (struct replica){
	    .complete = control_bool(node, "complete"),
	    .words = to,
	    .nwords = p->nwords,
	};
	return 0;
}

static void
picture_free(struct picture *p)
{
	free(p->replicas);
	free(p->words);
}

/* Decodes an image of the router's answer into p, for picture_free.  Returns 0;
 * -1: the answer is malformed, or there is no memory. */
static int
picture_read(struct json_object *image, struct picture *p)
{
	uint64_t nchunks = control_number(image, "nchunks");

	*p = (struct picture){0};
	p->nodes = control_array_by_name(image, "nodes", &p->n);
	if (nchunks > MANIFEST_CHUNKS_MAX || p->n > NODES_MAX)
		return -1;
	p->nchunks = nchunks;
	p->nwords = (nchunks + 63) / 64;
	p->replicas = calloc(p->n + 1, sizeof *p->replicas);
	p->words = calloc(p->n * p->nwords + 1, sizeof *p->words);
	if (p->replicas == NULL || p->words == NULL)
		return -1;
	for (size_t i = 0; i < p->n; i++)
		if (read_replica(p, i) == -1)
			return -1;
	return 0;
}

static bool
is_drawn(const struct map *m, const struct picture *p, size_t i)
{
	struct json_object *node = json_object_array_get_idx(p->nodes, i);

	return m->only == NULL ||
	       name_set_find(m->only, control_string(node, "name")) != -1;
}

static int
name_columns(const struct picture *p)
{
	size_t most = strlen("copies");

	for (size_t i = 0; i < p->n; i++) {
		size_t len = strlen(control_string(
		    json_object_array_get_idx(p->nodes, i), "name"));

		if (len > most)
			most = len;
	}
	return most < NAME_COLUMNS ? most : NAME_COLUMNS;
}

static void
draw_node(FILE *to, const struct map *m, const struct picture *p, size_t i,
	  int names, uint32_t cells)
{
	struct json_object *node = json_object_array_get_idx(p->nodes, i);
	const struct replica *r = &p->replicas[i];
	uint32_t held = replica_row_held(r, p->nchunks);
	char name[NAME_COLUMNS + 1];

	human_clean(control_string(node, "name"), name, sizeof name);
	fprintf(to, "%c %-*s |", control_bool(node, "self") ? '>' : ' ', names,
		name);
	replica_row_print(to, m->utf8, r, p->nchunks, cells);
	/* The share is rounded down, so that only the whole image is 100 %. */
	fprintf(to, "| %3u %%\n",
		p->nchunks == 0
		    ? 100
		    : (unsigned)((uint64_t)held * 100 / p->nchunks));
}

static void
draw_copies(FILE *to, const struct picture *p, int names, uint32_t cells)
{
	fprintf(to, "  %-*s |", names, "copies");
	for (uint32_t i = 0; i < cells; i++) {
		uint32_t n =
		    replica_row_copies(p->replicas, p->n, p->nchunks, cells, i);

		fputc(n <= 9 ? (int)('0' + n) : '+', to);
	}
	fputs("|\n", to);
}

static void
draw_image(FILE *to, const struct map *m, struct json_object *image)
{
	char name[MANIFEST_NAME_MAX + 1], id[13];
	struct picture p;
	uint32_t cells;
	int names;

	human_clean(control_string(image, "name"), name, sizeof name);
	human_clean(control_string(image, "id"), id, sizeof id);
	fprintf(to, "%s, id %s, %" PRIu64 " chunks\n", name, id,
		control_number(image, "nchunks"));
	if (picture_read(image, &p) == -1) {
		fputs("  (the router's answer cannot be drawn)\n", to);
		picture_free(&p);
		return;
	}
	names = name_columns(&p);
	cells = watch_columns() - names - AROUND_ROW;
	if (p.nchunks < cells)
		cells = p.nchunks;
	for (size_t i = 0; i < p.n; i++)
		if (is_drawn(m, &p, i))
			draw_node(to, m, &p, i, names, cells);
	draw_copies(to, &p, names, cells);
	copies_show(to, image, "  ");
	picture_free(&p);
}

static bool
is_wanted(const struct settings *set, struct json_object *image)
{
	return set->image == NULL || control_image_is(image, set->image);
}

static int
draw(FILE *to, const struct map *m, struct json_object *o)
{
	size_t n, drawn = 0;
	struct json_object *images = control_array(o, "images", &n);

	for (size_t i = 0; i < n; i++) {
		struct json_object *image =
		    json_object_array_get_idx(images, i);

		if (!is_wanted(m->set, image))
			continue;
		if (drawn++ > 0)
			fputc('\n', to);
		draw_image(to, m, image);
	}
	if (drawn > 0)
		return 0;
	if (m->set->image != NULL) {
		fprintf(stderr, PROGRAM ": this node has no image %s\n",
			m->set->image);
		return -1;
	}
	fputs("no image yet: no peer has told of one\n", to);
	return 0;
}

static void
print_json(FILE *to, const struct map *m, struct json_object *o)
{
	size_t n, nodes;
	struct json_object *images = control_array(o, "images", &n);

	for (size_t i = 0; m->only != NULL && i < n; i++)
		nodes_named_only(
		    control_array(json_object_array_get_idx(images, i), "nodes",
				  &nodes),
		    m->only);
	fprintf(to, "%s\n",
		json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
}

/* Sets m->only to the nodes that `text` means.  Returns 0, or -1 after an error
 * message. */
static int
choose(struct map *m, const char *text)
{
	struct cluster_nodes c = {0};

	if (cluster_nodes_ask(&c, m->set->run_dir) == -1)
		control_complain(PROGRAM, m->set->run_dir);
	else
		m->only = nodes_named(text, m->set->site, &c, NODES_KNOWN);
	cluster_nodes_free(&c);
	return m->only != NULL ? 0 : -1;
}

static int
show(FILE *to, void *ctx)
{
	const struct map *m = ctx;
	const char *run_dir = m->set->run_dir;
	struct json_object *o = control_ask_json(run_dir, "map");
	int result = 0;

	if (o == NULL) {
		control_complain(PROGRAM, run_dir);
		return -1;
	}
	if (m->set->json)
		print_json(to, m, o);
	else
		result = draw(to, m, o);
	json_object_put(o);
	return result;
}

int
cmd_map(int argc, char **argv)
{
	struct settings set = {.config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR,
			       .site = SITE_DIR};
	struct map m = {.set = &set};
	char **rest;
	int nrest, result;

	log_init(PROGRAM, false);
	watch_arguments(PROGRAM, argc, argv);
	options_parse(&command, argc, argv, &set, &rest, &nrest);
	if (nrest > 1) {
		fprintf(stderr,
			PROGRAM ": nodes, such as node[01-40]\nTry '" PROGRAM
				" --help'.\n");
		return 2;
	}
	if (nrest > 0 && choose(&m, rest[0]) == -1)
		return EXIT_FAILURE;
	m.utf8 = !set.ascii && watch_utf8();
	set.watch.who = PROGRAM;
	set.watch.raw = set.json;
	result = watch_run(&set.watch, show, &m);
	name_set_free(m.only);
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
