/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/image_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "vfield/image_make.h"
#include "vfield/image_stamp.h"
#include "vfield/run_dir.h"

/* Makes the manifest of the image file and writes it to path.  Returns 1: done;
 * 0: the manifest cannot be written there; -1: something else failed, which is
 * logged. */
static int
make(const struct image_file *f, const struct image_source *src,
     const char *path)
{
	char name[MANIFEST_NAME_MAX + 1];
	AUTO_FREE char *dir = strdup(path);
	struct manifest *m;
	int saved;

	if (dir == NULL) {
		log_error("%s: %m", path);
		return -1;
	}
	*strrchr(dir, '/') = '\0';
	/* Hashing takes long, so it is first tested whether the directory can
	 * be written. */
	if (access(dir[0] != '\0' ? dir : "/", W_OK | X_OK) == -1)
		return 0;
	if (image_make_name(f->file, name) == -1) {
		log_error("%s: no image can be called so: a name has at most "
			  "%d letters, digits, '.', '_', '-'; give it one: "
			  "vfield image create --name NAME %s",
			  f->file, MANIFEST_NAME_MAX, f->file);
		return -1;
	}
	log_info("%s: making its manifest %s", f->file, path);
	m = image_make(src, name, MANIFEST_CHUNK_DEFAULT);
	if (m == NULL)
		return -1;
	saved = image_make_save(src, m, path) == -1 ? errno : 0;
	manifest_free(m);
	if (saved != 0)
		log_warn("%s: %s", path, strerror(saved));
	return saved == 0 ? 1 : 0;
}

/* Checks that m describes the image file, by size and stamp; if the stamp tells
 * nothing, by the file's bytes.  Returns 0; -1: m does not, and the log says
 * so. */
static int
check(const struct image_file *f, const struct image_source *src,
      const struct manifest *m)
{
	if (m->size != (uint64_t)src->st.st_size) {
		log_error("%s: it has %" PRIu64 " bytes, but %" PRIu64
			  " when its manifest %s was made; make a new one: "
			  "vfield image create %s",
			  f->file, (uint64_t)src->st.st_size, m->size,
			  f->manifest, f->file);
		return -1;
	}
	switch (image_stamp_compare(f->manifest, &src->st)) {
	case STAMP_SAME:
		return 0;
	case STAMP_NONE:
		if (image_make_probe(src, m, f->manifest) == 0)
			return 0;
		break;
	case STAMP_OTHER:
		log_info("%s: not the file, or not as it was, of which its "
			 "manifest was made; comparing all of it",
			 f->file);
		if (image_make_compare(src, m, f->manifest) == 0)
			return 0;
		break;
	}
	log_error("%s: it is not the image that its manifest %s describes; put "
		  "that one back, or make a new manifest: vfield image create "
		  "%s",
		  f->file, f->manifest, f->file);
	return -1;
}

/* Loads the manifest at f->manifest into f, and checks that it describes the
 * image file.  Returns 1: it does; 0: there is no manifest; -1: the manifest is
 * malformed, or describes another file, which is logged. */
static int
load(struct image_file *f, const struct image_source *src)
{
	const char *why = NULL;
	struct manifest *m;
	int result = 1;

	if (access(f->manifest, F_OK) == -1 && errno == ENOENT)
		return 0;
	m = manifest_load(f->manifest, &why);
	if (m == NULL) {
		log_error("%s: %s; vfield image create %s makes a new one",
			  f->manifest, why ? why : strerror(errno), f->file);
		return -1;
	}
	if (check(f, src, m) == -1)
		result = -1;
	memcpy(f->name, m->name, sizeof f->name);
	f->size = m->size;
	f->id = m->id;
	manifest_free(m);
	return result;
}

static int
set_path(struct image_file *f, char *path)
{
	free(f->manifest);
	f->manifest = path;
	if (path == NULL)
		log_error("%s: %m", f->file);
	return path != NULL ? 0 : -1;
}

static char *
elsewhere(const struct image_file *f, const char *run_dir)
{
	char *path;

	if (asprintf(&path, "%s/manifests/%016" PRIx64 IMAGE_SUFFIX, run_dir,
		     (uint64_t)XXH64(f->file, strlen(f->file), 0)) == -1)
		return NULL;
	return path;
}

/* Loads the manifest that an earlier run has made in RUNDIR/manifests.  Returns
 * false if its stamp does not match the image file, so that the manifest must
 * be made again. */
static bool
load_ours(struct image_file *f, const struct image_source *src)
{
	return image_stamp_compare(f->manifest, &src->st) == STAMP_SAME &&
	       load(f, src) == 1;
}

/* Finds or makes the manifest in RUNDIR/manifests.  Called if the image's
 * directory cannot be written.  Returns 0; on failure logs why and returns
 * -1. */
static int
find_elsewhere(struct image_file *f, const struct image_source *src,
	       const char *run_dir)
{
	AUTO_FREE char *dir = path_in(run_dir, "manifests");

	if (make_directories(dir, 0755) == -1) {
		log_error("%s: %m", dir);
		return -1;
	}
	if (set_path(f, elsewhere(f, run_dir)) == -1)
		return -1;
	if (load_ours(f, src))
		return 0;
	switch (make(f, src, f->manifest)) {
	case 1:
		return load(f, src) == 1 ? 0 : -1;
	case 0:
		log_error("%s: its manifest can be written neither beside it "
			  "nor in %s",
			  f->file, dir);
	}
	return -1;
}

static int
find_manifest(struct image_file *f, const struct image_source *src,
	      const char *run_dir)
{
	int found;

	if (set_path(f, image_make_beside(src)) == -1)
		return -1;
	found = load(f, src);
	if (found != 0)
		return found == 1 ? 0 : -1;
	switch (make(f, src, f->manifest)) {
	case 1:
		return load(f, src) == 1 ? 0 : -1;
	case 0:
		return find_elsewhere(f, src, run_dir);
	}
	return -1;
}

/* Returns true if the file is a manifest.  A user may name a manifest by
 * mistake for its image: it could be served as an image, but would be
 * useless. */
static bool
is_manifest(const char *file)
{
	size_t len = strlen(file), suffix = strlen(IMAGE_SUFFIX);
	struct manifest *m = NULL;

	if (len > suffix && strcmp(file + len - suffix, IMAGE_SUFFIX) == 0)
		m = manifest_load(file, NULL);
	manifest_free(m);
	return m != NULL;
}

/* Checks that the file can be served: that it is a regular file, and is not a
 * manifest.  Returns 0; -1: the log says why not. */
static int
check_kind(const char *file, const struct stat *st)
{
	if (S_ISBLK(st->st_mode))
		log_error("image %s: a block device, which could change while "
			  "it is served and nobody would notice; serve a copy "
			  "of it: dd if=%s of=FILE bs=1M",
			  file, file);
	else if (!S_ISREG(st->st_mode))
		log_error("image %s: not a regular file", file);
	else if (is_manifest(file))
		log_error("image %s: that is a manifest; name the image that "
			  "it is of",
			  file);
	else
		return 0;
	return -1;
}

int
image_file_open(const char *file, const char *run_dir, struct image_file *f)
{
	struct image_source src;
	struct stat st;
	int result = -1;

	*f = (struct image_file){0};
	if (stat(file, &st) == 0 && check_kind(file, &st) == -1)
		return -1;
	if (image_source_open(file, &src) == -1)
		return -1;
	f->file = strdup(src.file);
	if (f->file == NULL)
		log_error("image %s: %m", file);
	else
		result = find_manifest(f, &src, run_dir);
	image_source_close(&src);
	if (result == -1)
		image_file_close(f);
	return result;
}

void
image_file_close(struct image_file *f)
{
	free(f->file);
	free(f->manifest);
	*f = (struct image_file){0};
}
