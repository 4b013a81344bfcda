/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield-install: installs the running system's image on a disk of this
 * machine, or repairs what was installed. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "installer/job.h"
#include "installer/kernel_word.h"
#include "installer/settings.h"
#include "lib/log.h"
#include "lib/options.h"

#define PROGRAM "vfield-install"

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    OPT("site", 0, STRING, site, "DIR", "site (default: /etc/vfield/site)"),
    OPT("host", 0, STRING, host, "NAME", "this machine (default: its name)"),
    OPT("root-image", 0, STRING, root_image, "DEVICE|DIR",
	"what is installed (default: /dev/nbd0)"),
    OPT("disks", 0, STRING, disks, "FILE",
	"partitions (default: SITE/disks/NAME, by the host's disk)"),
    OPT("device", 0, STRING, device, "DEVICE", "the disk that is written"),
    OPT("modules", 0, STRING, modules, "LIST", "modules, in this order"),
    OPT("packages", 0, STRING, packages, "LIST", "packages beyond the image"),
    OPT("data", 0, STRING, data, "LIST", "IMAGE:PATH, files to fetch"),
    OPT("append", 0, STRING, append, "WORDS", "words for the kernel"),
    OPT("site-id", 0, STRING, site_id, "TEXT",
	"id by which the site's disks are known (default: SITE/id)"),
    OPT("job", 0, NUMBER, job, "N", "number of the job; it is done once"),
    OPT("limit", 0, NUMBER, limit, "SECONDS",
	"a module that says nothing for so long is ended (default: 900)"),
    OPT("wipe", 0, FLAG, wipe, NULL, "write a disk that has something else"),
    OPT("run-dir", 0, STRING, run_dir, "DIR", "default: /run/vfield"),
    OPT("module-dir", 0, STRING, module_dir, "DIR",
	"modules (default: beside the program, or ../share/vfield/modules)"),
    OPT("dry-run", 'n', FLAG, dry_run, NULL, "say what would be done"),
    OPT("version", 0, FLAG, version, NULL, "print the version"),
    {0},
};

static const struct command_spec command = {
    .program = PROGRAM,
    .args = "install|repair|kernel",
    .summary = "Install the image that this machine runs on its disk.",
    .options = options,
};

static int
choose(struct settings *set, const char *word)
{
	if (strcmp(word, "kernel") == 0)
		return kernel_word(set->kernel_line, &set->repair, &set->job);
	set->repair = strcmp(word, "repair") == 0;
	return set->repair || strcmp(word, "install") == 0 ? 0 : -1;
}

int
main(int argc, char **argv)
{
	struct settings set = {
	    .site = "/etc/vfield/site",
	    .root_image = "/dev/nbd0",
	    .run_dir = "/run/vfield",
	    .limit = 900,
	};
	char **rest;
	int n;

	log_init(PROGRAM, false);
	settings_kernel(&set);
	options_parse(&command, argc, argv, &set, &rest, &n);
	if (set.version) {
		puts(PROGRAM " " VF_VERSION);
		return 0;
	}
	if (n != 1 || choose(&set, rest[0]) == -1) {
		log_error("one word says what is done: install, repair, or "
			  "kernel, where vfield.install= says it");
		return 2;
	}
	if (settings_complete(&set) == -1)
		return 1;
	return job_run(&set) == 0 ? 0 : 1;
}
