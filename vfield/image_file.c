/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/image_file.h"

#include <errno.h>
#include <fcntl.h>
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
#include "vfield/progress.h"
#include "vfield/run_dir.h"

#define SUFFIX ".vfm"

void
image_file_name(const char *file, char name[MANIFEST_NAME_MAX + 1])
{
	const char *base = strrchr(file, '/');
	const char *end;
	size_t n = 0;

	base = base != NULL ? base + 1 : file;
	end = strrchr(base, '.');
	if (end == NULL || end == base)
		end = base + strlen(base);
	for (; base < end && n < MANIFEST_NAME_MAX; base++) {
		name[n++] = *base;
		if (!manifest_name_ok(name, n))
			name[n - 1] = '_';
	}
	if (n == 0)
		name[n++] = '_';
	name[n] = '\0';
}

/* 1: it was made.  0: it cannot be written there.  -1: logged. */
static int
make(struct image_file *f, int fd, const char *path)
{
	struct manifest *m;
	char name[MANIFEST_NAME_MAX + 1];
	AUTO_FREE char *dir = strdup(path);
	int saved;

	if (dir == NULL) {
		log_error("%s: %m", path);
		return -1;
	}
	*strrchr(dir, '/') = '\0';
	/* Not only after all has been hashed. */
	if (access(dir[0] != '\0' ? dir : "/", W_OK | X_OK) == -1)
		return 0;
	log_info("%s: making its manifest %s", f->file, path);
	image_file_name(f->file, name);
	m = manifest_create(fd, name, MANIFEST_CHUNK_DEFAULT, progress_show);
	progress_clear();
	if (m == NULL) {
		log_error("%s: cannot make its manifest: %m", f->file);
		return -1;
	}
	saved = manifest_save(m, path) == -1 ? errno : 0;
	manifest_free(m);
	if (saved != 0)
		log_warn("%s: %s", path, strerror(saved));
	return saved == 0 ? 1 : 0;
}

static bool
newer(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec
				      : a->tv_nsec > b->tv_nsec;
}

/* Facts that are known without reading the whole image. */
static bool
fits(const struct manifest *m, const struct stat *image,
     const struct stat *manifest)
{
	return m->size == (uint64_t)image->st_size &&
	       !newer(&image->st_mtim, &manifest->st_mtim);
}

static void
complain_changed(const struct image_file *f, const struct manifest *m,
		 const struct stat *image)
{
	if (m->size != (uint64_t)image->st_size)
		log_error("%s: it has %" PRIu64 " bytes, but %" PRIu64
			  " when its manifest %s was made; make a new one: "
			  "vfield image create %s",
			  f->file, (uint64_t)image->st_size, m->size,
			  f->manifest, f->file);
	else
		log_error("%s: it was written to after its manifest %s was "
			  "made; find out with: vfield image verify %s; if it "
			  "is the same: touch %s; if it is not: vfield image "
			  "create %s",
			  f->file, f->manifest, f->file, f->manifest, f->file);
}

/* 1: f describes what the manifest at f->manifest says.  0: there is none.
 * -1: it is unusable; logged, unless `ours`, which may be made anew. */
static int
load(struct image_file *f, const struct stat *image, bool ours)
{
	struct stat st;
	const char *why = NULL;
	struct manifest *m;
	int result = 1;

	if (stat(f->manifest, &st) == -1 && errno == ENOENT)
		return 0;
	m = manifest_load(f->manifest, &why);
	if (m == NULL) {
		if (!ours)
			log_error("%s: %s; vfield image create %s makes a "
				  "new one",
				  f->manifest, why ? why : strerror(errno),
				  f->file);
		return -1;
	}
	if (!fits(m, image, &st)) {
		if (!ours)
			complain_changed(f, m, image);
		result = -1;
	}
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
beside(const struct image_file *f)
{
	char *path;

	return asprintf(&path, "%s" SUFFIX, f->file) == -1 ? NULL : path;
}

static char *
elsewhere(const struct image_file *f, const char *run_dir)
{
	char *path;

	if (asprintf(&path, "%s/manifests/%016" PRIx64 SUFFIX, run_dir,
		     (uint64_t)XXH64(f->file, strlen(f->file), 0)) == -1)
		return NULL;
	return path;
}

/* A place for what the image's directory would not take. */
static int
find_elsewhere(struct image_file *f, int fd, const struct stat *st,
	       const char *run_dir)
{
	AUTO_FREE char *dir = path_in(run_dir, "manifests");

	if (make_directories(dir, 0755) == -1) {
		log_error("%s: %m", dir);
		return -1;
	}
	if (set_path(f, elsewhere(f, run_dir)) == -1)
		return -1;
	if (load(f, st, true) == 1)
		return 0;
	switch (make(f, fd, f->manifest)) {
	case 1:
		return load(f, st, false) == 1 ? 0 : -1;
	case 0:
		log_error("%s: its manifest can be written neither beside it "
			  "nor in %s",
			  f->file, dir);
	}
	return -1;
}

static int
find_manifest(struct image_file *f, int fd, const struct stat *st,
	      const char *run_dir)
{
	int found;

	if (set_path(f, beside(f)) == -1)
		return -1;
	found = load(f, st, false);
	if (found != 0)
		return found == 1 ? 0 : -1;
	switch (make(f, fd, f->manifest)) {
	case 1:
		return load(f, st, false) == 1 ? 0 : -1;
	case 0:
		return find_elsewhere(f, fd, st, run_dir);
	}
	return -1;
}

/* An easy mistake, and what is served then is right and of no use. */
static bool
is_manifest(const char *file)
{
	size_t len = strlen(file), suffix = strlen(SUFFIX);
	struct manifest *m = NULL;

	if (len > suffix && strcmp(file + len - suffix, SUFFIX) == 0)
		m = manifest_load(file, NULL);
	manifest_free(m);
	return m != NULL;
}

int
image_file_open(const char *file, const char *run_dir, struct image_file *f)
{
	AUTO_CLOSE int fd = -1;
	struct stat st;

	*f = (struct image_file){0};
	if (stat(file, &st) == 0 && S_ISBLK(st.st_mode)) {
		log_error("image %s: a block device, which could change while "
			  "it is served and nobody would notice; serve a copy "
			  "of it: dd if=%s of=FILE bs=1M",
			  file, file);
		return -1;
	}
	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1) {
		log_error("image %s: %m", file);
		return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		log_error("image %s: not a regular file", file);
		return -1;
	}
	if (is_manifest(file)) {
		log_error("image %s: that is a manifest; name the image that "
			  "it is of",
			  file);
		return -1;
	}
	f->file = realpath(file, NULL);
	if (f->file == NULL) {
		log_error("image %s: %m", file);
		return -1;
	}
	if (find_manifest(f, fd, &st, run_dir) == 0)
		return 0;
	image_file_close(f);
	return -1;
}

void
image_file_close(struct image_file *f)
{
	free(f->file);
	free(f->manifest);
	*f = (struct image_file){0};
}
