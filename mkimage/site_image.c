/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/site_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "mkimage/contents.h"
#include "mkimage/run_tool.h"

static void
begin(struct command *c, const char *bin, const char *verb, const char *site)
{
	command_add(c, "%s/vfield", bin);
	command_add(c, "site");
	command_add(c, "%s", verb);
	command_add(c, "--site");
	command_add(c, "%s", site);
}

int
site_image_check(const char *bin, const char *site, bool open)
{
	struct command c = {0};

	begin(&c, bin, "check", site);
	if (open)
		command_add(&c, "--open");
	return command_run(&c);
}

int
site_image_make(const char *bin, const char *site, bool secret, const char *dir,
		char id[DIGEST_HEX])
{
	AUTO_FREE char *file = path_in(dir, SITE_IMAGE_FILE);
	AUTO_FREE char *manifest = path_in(dir, SITE_IMAGE_FILE ".vfm");
	struct command c = {0};

	begin(&c, bin, "image", site);
	command_add(&c, "%s", file);
	if (command_run(&c) == -1)
		return -1;
	if (secret && chmod(file, 0600) == -1) {
		log_error("%s: %m", file);
		return -1;
	}
	return contents_manifest(file, SITE_IMAGE_NAME, manifest, id);
}
