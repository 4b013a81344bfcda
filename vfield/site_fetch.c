/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/site_fetch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "authority/word.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/program_dir.h"
#include "lib/remove_tree.h"
#include "vfield/run_program.h"
#include "vfield/site_images.h"
#include "vfield/site_now.h"
#include "vfield/site_stage.h"

int
site_fetch_image(const char *run_dir, const struct digest *id,
		 const char *subject, const char *file)
{
	AUTO_FREE char *dir = program_dir();
	AUTO_FREE char *vfield = dir != NULL ? path_in(dir, "vfield") : NULL;
	char hex[DIGEST_HEX];
	const char *argv[12] = {vfield,  "fetch",     "--run-dir",
				run_dir, "--silence", SITE_FETCH_SILENCE};
	size_t n = 6;

	if (vfield == NULL) {
		log_error("%m");
		return -1;
	}
	if (subject != NULL) {
		argv[n++] = "--word";
		argv[n++] = subject;
	}
	argv[n++] = digest_hex(id, hex);
	argv[n++] = file;
	return run_program_quiet(argv) == 0 ? 0 : -1;
}

int
site_fetch_unpack(const struct site_fetch *f, const struct digest *id,
		  const char *subject, const char *dir, const char *name)
{
	AUTO_FREE char *to = path_in(dir, name);
	AUTO_FREE char *image = path_in(dir, "image");
	AUTO_FREE char *past = site_past_dir(f->state, id);
	AUTO_FREE char *kept = path_in(past, SITE_IMAGE);

	if (access(kept, R_OK) == 0)
		return site_stage_unpack(kept, to);
	if (site_fetch_image(f->run_dir, id, subject, image) == -1)
		return -1;
	return site_stage_unpack(image, to);
}

static struct site *
load(const char *dir, char **images)
{
	AUTO_FREE char *site = path_in(dir, "site");
	struct site_errors errors = {0};
	struct site *s = site_load(site, NULL, &errors);

	if (s == NULL)
		log_error("the site in force: %s:%u: %s", errors.v[0].file,
			  errors.v[0].line, errors.v[0].text);
	else if (images != NULL)
		*images = site_images_read(site);
	return s;
}

/* Does what site_fetch_hosts does, with the site `id`.  Returns NULL on
 * failure. */
static struct site *
fetch_hosts(const struct site_fetch *f, const struct digest *id, char **images)
{
	char tmp[] = "/tmp/vfield-site.XXXXXX";
	struct site *s = NULL;

	if (mkdtemp(tmp) == NULL) {
		log_error("%s: %m", tmp);
		return NULL;
	}
	if (site_fetch_unpack(f, id, WORD_SITE, tmp, "site") == 0)
		s = load(tmp, images);
	remove_tree(tmp);
	return s;
}

int
site_fetch_hosts(const struct site_fetch *f, struct site **s, char **images)
{
	struct site_now now;
	struct digest tried;

	*s = NULL;
	if (images != NULL)
		*images = NULL;
	if (site_now_ask(f->program, f->run_dir, &now) == -1)
		return -1;
	if (now.word.version == 0)
		return 0;
	do {
		tried = now.word.id;
		*s = fetch_hosts(f, &tried, images);
		if (*s != NULL)
			return 0;
		if (site_now_ask(f->program, f->run_dir, &now) == -1)
			return -1;
	} while (!digest_equal(&now.word.id, &tried));
	return -1;
}
