/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/added_images.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/manifest.h"
#include "lib/path_in.h"
#include "vfield/run_dir.h"

#define TEXT_MAX (1 << 20) /* the most bytes of RUNDIR/images */

int
added_images_append(const char *run_dir, const char *file, const char *manifest)
{
	AUTO_FREE char *path = path_in(run_dir, "images");
	AUTO_FREE char *lines = NULL;
	AUTO_CLOSE int fd = -1;
	int len;

	if (strchr(file, '\n') != NULL || strchr(manifest, '\n') != NULL) {
		errno = EINVAL;
		return -1;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	len = asprintf(&lines, "%s\n%s\n", file, manifest);
	return len != -1 && write(fd, lines, len) == len ? 0 : -1;
}

static char *
read_all(const char *path)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO_FREE char *text = NULL;
	struct stat st;
	ssize_t n;

	if (fd == -1 || fstat(fd, &st) == -1 || st.st_size > TEXT_MAX)
		return NULL;
	text = malloc(st.st_size + 1);
	if (text == NULL)
		return NULL;
	n = read(fd, text, st.st_size);
	if (n < 0)
		return NULL;
	text[n] = '\0';
	return TAKE_PTR(text);
}

/* Returns the line that begins at *p, without its newline, and moves *p to the
 * line after it.  Returns NULL if no complete line is left. */
static const char *
next_line(char **p)
{
	char *line = *p, *end = strchr(line, '\n');

	if (end == NULL)
		return NULL;
	*end = '\0';
	*p = end + 1;
	return line;
}

void
added_images_read(const char *run_dir, struct added_images *a)
{
	AUTO_FREE char *path = path_in(run_dir, "images");
	char *p;

	*a = (struct added_images){.text = read_all(path)};
	p = a->text;
	while (p != NULL && a->files.n < OPTION_LIST_MAX) {
		const char *file = next_line(&p);
		const char *manifest = file != NULL ? next_line(&p) : NULL;

		if (manifest == NULL)
			break;
		a->files.v[a->files.n++] = file;
		a->manifests.v[a->manifests.n++] = manifest;
	}
}

static bool
is_of(const char *manifest, const struct digest *id)
{
	const char *why;
	struct manifest *m = manifest_load(manifest, &why);
	bool is = m != NULL && digest_equal(&m->id, id);

	manifest_free(m);
	return is;
}

int
added_images_drop(const char *run_dir, const struct digest *id)
{
	AUTO_FREE char *path = path_in(run_dir, "images");
	AUTO_FREE char *fresh = path_in(run_dir, "images.new");
	struct added_images a;
	bool right, found = false;
	FILE *f;

	added_images_read(run_dir, &a);
	f = a.files.n > 0 ? fopen(fresh, "we") : NULL;
	right = f != NULL;
	for (size_t i = 0; right && i < a.files.n; i++) {
		if (is_of(a.manifests.v[i], id))
			found = true;
		else
			right = fprintf(f, "%s\n%s\n", a.files.v[i],
					a.manifests.v[i]) > 0;
	}
	if (f != NULL && fclose(f) != 0)
		right = false;
	right = a.files.n == 0 ||
		(right && (found ? rename(fresh, path) : unlink(fresh)) == 0);
	added_images_free(&a);
	return right ? 0 : -1;
}

void
added_images_free(struct added_images *a)
{
	free(a->text);
	*a = (struct added_images){0};
}

void
added_images_remove(const char *run_dir)
{
	AUTO_FREE char *path = path_in(run_dir, "images");
	AUTO_FREE char *kept = run_dir_kept(run_dir);
	AUTO_FREE char *word = path_in(kept, "default");
	AUTO_FREE char *removed = path_in(kept, "removed");

	unlink(path);
	unlink(word);
	unlink(removed);
}
