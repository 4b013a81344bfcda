/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/router.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "router/cluster/choice.h"
#include "router/want/replay.h"

static void
say_ready(struct router *r)
{
	int fd = r->cfg.ready_fd;

	if (fd == OPTION_NO_FD)
		return;
	r->cfg.ready_fd = OPTION_NO_FD;
	if (write(fd, "\n", 1) == -1)
		log_warn("ready-fd %d: %s", fd, strerror(errno));
	close(fd);
}

void
router_image_added(struct router *r, struct image *im)
{
	char hex[DIGEST_HEX];
	struct image **p;

	for (p = &r->images; *p != NULL; p = &(*p)->next)
		;
	*p = im;
	log_info("image %s (%s): %" PRIu64 " bytes, %u of %u chunks held",
		 im->m->name, digest_hex(&im->m->id, hex), im->m->size,
		 bitmap_count(im->held), im->m->nchunks);
	choice_image_added(r);
	say_ready(r);
}

/* A hint that lies beside the image, or does not. */
static void
add_profile(struct image *im, const char *file)
{
	AUTO_FREE char *path = NULL;
	const char *why;

	if (asprintf(&path, "%s.vfp", file) == -1) {
		path = NULL;
		return;
	}
	if (access(path, F_OK) == 0 && replay_take_file(im, path, &why) == -1)
		log_warn("%s: not used: %s", path, why);
}

struct image *
router_add_file(struct router *r, const char *file, const char *manifest,
		const char **why)
{
	struct manifest *m = manifest_load(manifest, why);
	struct image *im;

	if (m == NULL)
		return NULL;
	if (image_by_id(r, &m->id) != NULL) {
		manifest_free(m);
		*why = "this image is here already";
		return NULL;
	}
	im = image_open(r, m, file);
	if (im == NULL) {
		*why = errno == EINVAL ? "the file is not of the size that its "
					 "manifest says"
				       : strerror(errno);
		return NULL;
	}
	router_image_added(r, im);
	add_profile(im, file);
	return im;
}
