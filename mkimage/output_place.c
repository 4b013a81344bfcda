/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/output_place.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/remove_tree.h"

int
place_open(const char *dir, struct place *p)
{
	*p = (struct place){.dir = dir};
	if (mkdir(dir, 0755) == 0)
		p->made = true;
	else if (errno != EEXIST)
		goto failed;
	if (asprintf(&p->work, "%s/.vfield-mkimage.XXXXXX", dir) == -1)
		log_fatal("%s: %m", dir);
	if (mkdtemp(p->work) != NULL)
		return 0;
	free(TAKE_PTR(p->work));
failed:
	log_error("%s: %m", dir);
	place_close(p);
	return -1;
}

static int
keep_one(const struct place *p, const char *name)
{
	AUTO_FREE char *from = NULL;
	AUTO_FREE char *to = NULL;

	if (asprintf(&from, "%s/%s", p->work, name) == -1 ||
	    asprintf(&to, "%s/%s", p->dir, name) == -1)
		log_fatal("%s: %m", name);
	if (rename(from, to) == 0)
		return 0;
	log_error("%s: %m", to);
	return -1;
}

static int
keep_if_any(const struct place *p, const char *name)
{
	AUTO_FREE char *path = NULL;

	if (asprintf(&path, "%s/%s", p->work, name) == -1)
		log_fatal("%s: %m", name);
	return access(path, F_OK) == 0 ? keep_one(p, name) : 0;
}

/* Moves the image, its manifest and its profile, if there is one, to p->dir.
 * First removes the manifest of an older image of the same name, so that the
 * old manifest never lies beside the new image.  Returns 0, or -1 with the
 * error logged. */
static int
keep_image(const struct place *p, const char *image)
{
	AUTO_FREE char *manifest = NULL;
	AUTO_FREE char *old = NULL;

	if (asprintf(&manifest, "%s.vfm", image) == -1 ||
	    asprintf(&old, "%s/%s", p->dir, manifest) == -1)
		log_fatal("%s: %m", image);
	if (unlink(old) == -1 && errno != ENOENT) {
		log_error("%s: %m", old);
		return -1;
	}
	/* makes `old` the path of the old profile, IMAGE.vfp */
	old[strlen(old) - 1] = 'p';
	unlink(old);
	if (keep_one(p, image) == -1 || keep_one(p, manifest) == -1)
		return -1;
	manifest[strlen(manifest) - 1] = 'p';
	return keep_if_any(p, manifest);
}

int
place_keep(struct place *p, const char *image)
{
	DIR *dir = opendir(p->work);
	size_t len = strlen(image);
	struct dirent *e;
	int result = 0;

	if (dir == NULL) {
		log_error("%s: %m", p->work);
		return -1;
	}
	while (result == 0 && (e = readdir(dir)) != NULL)
		if (e->d_type == DT_REG && strncmp(e->d_name, image, len) != 0)
			result = keep_one(p, e->d_name);
	closedir(dir);
	if (result == 0)
		result = keep_image(p, image);
	p->made &= result != 0;
	return result;
}

void
place_close(struct place *p)
{
	if (p->work != NULL)
		remove_tree(p->work);
	if (p->made)
		rmdir(p->dir);
	free(p->work);
	*p = (struct place){0};
}
