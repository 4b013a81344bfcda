/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/copy_image.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "vfield/control.h"
#include "vfield/human.h"
#include "vfield/image_add.h"
#include "vfield/image_make.h"
#include "vfield/image_remove.h"
#include "vfield/run_dir.h"

#define PROGRAM "vfield copy"
#define PREFIX "copy."
#define LOT_DIGITS 8
/* most bytes that an image's name takes over from its file's name */
#define PART_MAX (MANIFEST_NAME_MAX - (int)sizeof PREFIX - LOT_DIGITS)
#define MODE_OF_IMAGE 0644
/* If a file would have more chunks than these, its chunks are made larger than
 * MANIFEST_CHUNK_DEFAULT.  Arbitrary: the members of the cluster send each
 * other a few bytes for each chunk, and 128 GiB have a million chunks. */
#define CHUNKS_MANY (1U << 20)

/* Writes a name that no other image has: PREFIX, the name of the file `base`,
 * and a random number. */
static void
make_name(const char *base, char name[MANIFEST_NAME_MAX + 1])
{
	char part[MANIFEST_NAME_MAX + 1];
	uint32_t lot;

	if (image_make_name(base, part) == -1)
		strcpy(part, "file");
	if (getrandom(&lot, sizeof lot, 0) != sizeof lot)
		lot = getpid();
	snprintf(name, MANIFEST_NAME_MAX + 1, PREFIX "%.*s.%0*" PRIx32,
		 PART_MAX, part, LOT_DIGITS, lot);
}

static uint32_t
chunk_size_for(uint64_t bytes)
{
	uint32_t size = MANIFEST_CHUNK_DEFAULT;

	while (bytes / size > CHUNKS_MANY && size < MANIFEST_CHUNK_MAX)
		size *= 2;
	return size;
}

/* Makes the manifest of the file, saves it in RUNDIR/manifests, and sets the
 * fields of c that are about the image.  Returns 0; -1: the log says why. */
static int
make_manifest(struct copy_image *c, const struct image_source *src)
{
	AUTO_FREE char *dir = path_in(c->run_dir, "manifests");
	char name[MANIFEST_NAME_MAX + 1];
	struct manifest *m;
	int result = -1;

	make_name(src->file, name);
	if (make_directories(dir, 0755) == -1) {
		log_error("%s: %m", dir);
		return -1;
	}
	if (asprintf(&c->manifest, "%s/%s" IMAGE_SUFFIX, dir, name) == -1) {
		c->manifest = NULL;
		log_error("%s: %m", src->file);
		return -1;
	}
	m = image_make(src, name, chunk_size_for(src->st.st_size));
	if (m == NULL)
		return -1;
	if (image_make_save(src, m, c->manifest) == -1)
		log_error("%s: %m", c->manifest);
	else
		result = 0;
	digest_hex(&m->id, c->hex);
	c->bytes = m->size;
	manifest_free(m);
	return result;
}

/* Sets c->bytes to the size of the image c->hex, by the router's answer to
 * "nodes".  Returns 0; -1: no node has the image. */
static int
find_size(struct copy_image *c)
{
	struct json_object *o = control_ask_json(c->run_dir, "nodes");
	size_t nnodes, nimages;
	struct json_object *nodes = control_array(o, "nodes", &nnodes);
	bool found = false;

	for (size_t i = 0; i < nnodes; i++) {
		struct json_object *images = control_array(
		    json_object_array_get_idx(nodes, i), "images", &nimages);

		for (size_t k = 0; k < nimages; k++) {
			struct json_object *im =
			    json_object_array_get_idx(images, k);

			if (strcmp(control_string(im, "id"), c->hex) != 0)
				continue;
			c->bytes = control_number(im, "size");
			found = true;
		}
	}
	json_object_put(o);
	return found ? 0 : -1;
}

/* Asks the router which image `name` means, and sets c->hex and c->trusted.
 * Returns 0; -1: the log says why. */
static int
resolve(struct copy_image *c, const char *name)
{
	struct json_object *o = control_resolve(c->run_dir, name);
	const char *hex = control_string(o, "id");
	struct digest id;
	char why[256];
	int result = -1;

	human_clean(control_string(o, "error"), why, sizeof why);
	if (digest_parse(hex, strlen(hex), &id) == 0)
		result = 0;
	else
		log_error("%s: neither a file nor an image of the cluster: %s",
			  name, o != NULL ? why : strerror(errno));
	if (result == 0)
		digest_hex(&id, c->hex);
	c->trusted = *control_string(o, "trust") != '\0';
	json_object_put(o);
	return result;
}

static int
find_image(struct copy_image *c, const char *name)
{
	c->mode = MODE_OF_IMAGE;
	c->base = strdup(name);
	if (c->base == NULL) {
		log_error("%s: %m", name);
		return -1;
	}
	if (resolve(c, name) == -1)
		return -1;
	if (find_size(c) == 0)
		return 0;
	log_error("%s: no node has the image", name);
	return -1;
}

static int
add(struct copy_image *c, char *file)
{
	struct image_file f = {.file = file, .manifest = c->manifest};

	return image_add(PROGRAM, &f, c->run_dir);
}

static int
open_file(struct copy_image *c, const char *file)
{
	struct image_source src;
	const char *slash = strrchr(file, '/');
	int result = -1;

	if (image_source_open(file, &src) == -1)
		return -1;
	c->mode = src.st.st_mode & 0777;
	c->base = strdup(slash != NULL ? slash + 1 : file);
	if (c->base == NULL)
		log_error("%s: %m", file);
	else if (!S_ISREG(src.st.st_mode))
		log_error("%s: not a regular file", file);
	else if (make_manifest(c, &src) == 0)
		result = add(c, src.file);
	c->added = result == 0;
	if (c->added)
		result = resolve(c, c->hex);
	image_source_close(&src);
	return result;
}

int
copy_image_open(const char *what, const char *run_dir, struct copy_image *c)
{
	int result;

	*c = (struct copy_image){.run_dir = run_dir};
	if (strchr(what, '/') != NULL || access(what, F_OK) == 0)
		result = open_file(c, what);
	else
		result = find_image(c, what);
	if (result == -1)
		copy_image_close(c, false);
	return result;
}

int
copy_image_close(struct copy_image *c, bool keep)
{
	struct digest id;
	int result = 0;

	if (!keep && c->added)
		result = image_remove(PROGRAM, c->run_dir, c->hex, true, &id);
	if (c->manifest != NULL && !(keep && c->added))
		unlink(c->manifest);
	free(c->base);
	free(c->manifest);
	*c = (struct copy_image){0};
	return result;
}
