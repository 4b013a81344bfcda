/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield setup: turns an installed machine into the first one of a room. */
#include "vfield/cmd.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/program_dir.h"
#include "lib/stdout_flush.h"
#include "vfield/node_config.h"
#include "vfield/setup.h"
#include "vfield/sign.h"
#include "vfield/site_past.h"

#define OPT_SETTINGS struct setup

static const struct option_spec options[] = {
    SITE_DIR_OPTIONS,
    OPT("image", 'i', STRING, image, "FILE",
	"take this image (default: the one in --images, else make one)"),
    OPT("images", 0, STRING, images, "DIR", "where the image is, or goes"),
    OPT("keys", 'k', STRING, keys, "DIR", "where the administrator's key is"),
    OPT("state", 0, STRING, state, "DIR", "where published sites are kept"),
    OPT("interface", 0, STRING, interface, "CARD",
	"the card behind which machines boot"),
    OPT("proxy", 0, FLAG, proxy, NULL,
	"another DHCP server gives the addresses"),
    OPT("hosts", 0, STRING, hosts, "HOSTS",
	"names of the machines (default: seat[01-20])"),
    OPT("from", 0, STRING, from, "DIR",
	"list the partitions and packages of the system in DIR, / for this "
	"one, for vfield-install"),
    OPT("no-start", 0, FLAG, no_start, NULL, "write all, start nothing"),
    OPT("dry-run", 'n', FLAG, dry_run, NULL,
	"say what would be done, and do nothing"),
    NODE_OPTIONS("is set up"),
    {0}};

static const struct command_spec command = {
    .program = SETUP_PROGRAM,
    .args = "[SOURCE [-- MKIMAGE-OPTION...]]",
    .summary = "Make this machine the first of a room: find the card, make\n"
	       "image, key, site and settings, start the services.  What is\n"
	       "there is kept.",
    .options = options,
};

void
setup_say(const char *object, const char *fmt, ...)
{
	va_list ap;

	printf("%-9s ", object);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	/* programs that are run next print on stdout, too */
	(void)fflush(stdout);
}

static int
run(struct setup *s)
{
	static int (*const steps[])(struct setup *) = {
	    setup_card,  setup_key,    setup_from,     setup_site,
	    setup_image, setup_config, setup_services, setup_words,
	};

	s->bin = program_dir();
	if (s->bin == NULL) {
		log_error("cannot tell where vfield is: %m");
		return -1;
	}
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (steps[i](s) == -1)
			return -1;
	return stdout_flush(SETUP_PROGRAM);
}

int
cmd_setup(int argc, char **argv)
{
	struct setup s = {.where = {SITE_DIR, NULL},
			  .config = NODE_CONFIG_FILE,
			  .run_dir = NODE_RUN_DIR,
			  .keys = SIGN_KEYS,
			  .state = SITE_STATE,
			  .images = "/srv/vfield",
			  .hosts = "seat[01-20]"};
	int result;

	log_init(SETUP_PROGRAM, false);
	options_parse(&command, argc, argv, &s, &s.source, &s.nsource);
	if (!s.dry_run && geteuid() != 0) {
		log_error("it wants root; -n shows what it would do");
		return EXIT_FAILURE;
	}
	result = run(&s);
	free(s.bin);
	free(s.file);
	free(s.site_file);
	free(s.words);
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
