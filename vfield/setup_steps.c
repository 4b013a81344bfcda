/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "authority/word.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/write_anew.h"
#include "site/ranges.h"
#include "site/site.h"
#include "vfield/control.h"
#include "vfield/node_config.h"
#include "vfield/run_dir.h"
#include "vfield/run_program.h"
#include "vfield/setup.h"
#include "vfield/site_now.h"
#include "vfield/site_past.h"
#include "vfield/site_publish.h"

/* Runs the program whose path is argv[0].  Returns 0; -1: it failed, which is
 * logged. */
static int
run(const char *const argv[])
{
	int status = run_program("/", argv);

	if (status > 0)
		log_error("%s %s: ended with status %d", argv[0], argv[1],
			  status);
	return status == 0 ? 0 : -1;
}

int
setup_key(struct setup *s)
{
	struct key_pair k;
	struct key_public pub;
	bool locked, there = key_read_public(s->keys, &pub, &locked) == 0;

	if (!there && errno != ENOENT) {
		log_error("%s: %s", s->keys, key_trouble(errno));
		return -1;
	}
	if (!there && s->dry_run) {
		setup_say("key", "would be made in %s", s->keys);
		return 0;
	}
	if (!there &&
	    (key_make(&k) == -1 || make_directories(s->keys, 0700) == -1 ||
	     key_write(s->keys, &k, false) == -1)) {
		log_error("%s: %m", s->keys);
		return -1;
	}
	key_text(there ? &pub : &k.pub, s->trust);
	explicit_bzero(&k, sizeof k);
	setup_say("key",
		  there ? "%s is there"
			: "%s is made: keep a copy of "
			  "it where nobody else gets "
			  "at it",
		  s->keys);
	return 0;
}

int
setup_write(const struct setup *s, const char *object, const char *path,
	    void (*print)(FILE *to, const void *ctx))
{
	AUTO_FREE char *dir = strdup(path);
	char *slash = strrchr(dir, '/');

	if (s->dry_run) {
		setup_say(object, "%s would be:", path);
		print(stdout, s);
		return 0;
	}
	if (slash != NULL)
		*slash = '\0';
	if ((slash != NULL && make_directories(dir, 0755) == -1) ||
	    write_anew(path, print, s) == -1) {
		log_error("%s: %m", path);
		return -1;
	}
	setup_say(object, "%s is written", path);
	return 0;
}

/* Checks that the value of --hosts can be written to a site's file hosts.
 * Returns 0; -1: the log says why not. */
static int
check_hosts(const struct setup *s)
{
	struct name_set *names = name_set_new();
	char why[RANGES_WHY] = "no memory";
	int result = -1;

	if (names != NULL)
		result = ranges_parse(s->hosts, NULL, NULL, names, why);
	name_set_free(names);
	if (result == -1)
		log_error("--hosts %s: %s", s->hosts, why);
	return result;
}

/* Makes the image of the site in d, which is published later, unless a site was
 * published before.  Sets s->site_file to its path.  Returns 0; -1: the log
 * says why. */
static int
make_site_image(struct setup *s, struct site_dir *d)
{
	AUTO_FREE char *dir = site_past_file(s->state, SITE_PAST_CURRENT);
	const struct site_publish p = {.program = SETUP_PROGRAM,
				       .state = s->state,
				       .run_dir = s->run_dir,
				       .key = s->keys};
	struct digest id;

	s->site_file = path_in(dir, SITE_IMAGE);
	if (access(s->site_file, F_OK) == 0)
		return 0;
	return site_publish_image(&p, d, &id) == 0
		   ? site_past_link(s->state, &id)
		   : -1;
}

int
setup_site(struct setup *s)
{
	AUTO_FREE char *path = path_in(s->where.dir, SITE_HOSTS);
	struct site_dir d;
	int result;

	if (access(path, F_OK) == 0)
		setup_say("site", "%s is there", path);
	else if (check_hosts(s) == -1 ||
		 setup_write(s, "site", path, setup_print_hosts) == -1)
		return -1;
	else if (s->dry_run)
		return 0;
	if (site_dir_open(&s->where, &d) == -1)
		return -1;
	result = s->dry_run ? 0 : make_site_image(s, &d);
	site_dir_close(&d);
	return result;
}

int
setup_config(struct setup *s)
{
	if (access(s->config, F_OK) == -1)
		return setup_write(s, "settings", s->config,
				   setup_print_config);
	setup_say("settings", "%s is there, and kept", s->config);
	return 0;
}

/* Returns true if a node runs on this machine. */
static bool
node_runs(const struct setup *s)
{
	struct json_object *o = control_ask_json(s->run_dir, "status");

	json_object_put(o);
	return o != NULL;
}

/* Prints the commands that start the services; called if there is no systemd.
 */
static void
say_commands(const struct setup *s)
{
	AUTO_FREE char *config = NULL;

	if (asprintf(&config, " --config %s", s->config) == -1)
		log_fatal("%m");
	if (strcmp(s->config, NODE_CONFIG_FILE) == 0)
		config[0] = '\0';
	setup_say("services", "there is no systemd here; start them by");
	printf("    vfield serve%s &\n"
	       "    vfield boot%s --state /var/lib/vfield-boot &\n"
	       "    vfield setup        # again: it signs what is in force\n",
	       config, config);
}

int
setup_services(struct setup *s)
{
	const char *const argv[] = {
	    "systemctl",           "enable", "--now", "vfield-serve.service",
	    "vfield-boot.service", NULL};
	bool systemd = access("/run/systemd/system", F_OK) == 0;

	if (s->no_start)
		return 0;
	if (node_runs(s))
		setup_say("services", "a node runs in %s", s->run_dir);
	else if (!systemd)
		say_commands(s);
	else if (s->dry_run)
		setup_say("services", "would be started: vfield-serve, "
				      "vfield-boot");
	else if (run(argv) == -1)
		return -1;
	else
		setup_say("services", "vfield-serve and vfield-boot run, now "
				      "and after each start of this machine");
	return 0;
}

/* Returns true if the status has a signed word on `subject`. */
static bool
has_word(struct json_object *status, const char *subject)
{
	struct site_past said = {0};

	site_now_word(status, subject, &said);
	return said.version > 0;
}

/* Runs `vfield image default`, by which the image becomes the default one.
 * Returns 0; -1: the log says why. */
static int
sign_default(const struct setup *s)
{
	AUTO_FREE char *program = path_in(s->bin, "vfield");
	AUTO_FREE char *name = strdup(strrchr(s->file, '/') + 1);
	const char *const argv[] = {program,     "image",    "default",
				    name,        "--key",    s->keys,
				    "--run-dir", s->run_dir, NULL};

	name[strcspn(name, ".")] = '\0';
	return run(argv);
}

static int
publish(const struct setup *s)
{
	AUTO_FREE char *program = path_in(s->bin, "vfield");
	const char *const argv[] = {
	    program, "site",    "publish", "--site",    s->where.dir, "--key",
	    s->keys, "--state", s->state,  "--run-dir", s->run_dir,   NULL};

	return run(argv);
}

int
setup_words(struct setup *s)
{
	struct json_object *o = control_ask_json(s->run_dir, "status");
	bool image, site;

	if (o == NULL)
		return 0;
	image = has_word(o, WORD_DEFAULT);
	site = has_word(o, WORD_SITE);
	json_object_put(o);
	if (s->dry_run) {
		setup_say("signed", "%s, %s",
			  image ? "the default image is"
				: "the default image would be",
			  site ? "a site is in force"
			       : "the site would be published");
		return 0;
	}
	if ((!image && sign_default(s) == -1) || (!site && publish(s) == -1))
		return -1;
	setup_say("signed", "the default image and the site are in force; "
			    "machines may be switched on");
	return 0;
}
