/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield-install: installs the running system's image on a disk of this
 * machine, or repairs what was installed. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "installer/at_boot.h"
#include "installer/job.h"
#include "installer/settings.h"
#include "lib/log.h"
#include "lib/options.h"

#define PROGRAM "vfield-install"

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    OPT("site", 0, STRING, site, "DIR",
	"site (default: the one in force, or /etc/vfield/site)"),
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
    .args = "install|repair|boot",
    .summary = "Install the image that this machine runs on its disk.",
    .options = options,
};

/* Runs the command `word`.  Returns the exit status. */
static int
run(struct settings *set, const char *word)
{
	struct boot_service service = {.kernel_line = set->kernel_line};

	if (strcmp(word, "boot") == 0)
		return at_boot(set, &service) == 0 ? 0 : 1;
	set->repair = strcmp(word, "repair") == 0;
	if (!set->repair && strcmp(word, "install") != 0)
		return 2;
	if (settings_complete(set) == -1)
		return 1;
	return job_run(set, &service) == JOB_FAILED ? 1 : 0;
}

int
main(int argc, char **argv)
{
	struct settings set = {
	    .root_image = "/dev/nbd0",
	    .run_dir = "/run/vfield",
	    .limit = 900,
	};
	char **rest;
	int n, status = 2;

	log_init(PROGRAM, false);
	settings_kernel(&set);
	options_parse(&command, argc, argv, &set, &rest, &n);
	if (set.version) {
		puts(PROGRAM " " VF_VERSION);
		return 0;
	}
	if (n == 1)
		status = run(&set, rest[0]);
	if (status == 2)
		log_error("one word says what is done: install, repair, or "
			  "boot, for what this machine is asked to do as it "
			  "boots");
	return status;
}
