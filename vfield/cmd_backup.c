/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield backup, vfield restore: keep in one file what makes a machine the
 * first of its room, and restore that from the file. */
#include "vfield/cmd.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "authority/cluster_key.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/path_in.h"
#include "lib/stdout_flush.h"
#include "vfield/backup.h"
#include "vfield/node_config.h"
#include "vfield/run_dir.h"
#include "vfield/sign.h"
#include "vfield/site_dir.h"
#include "vfield/site_past.h"

struct settings {
	const char *config;
	const char *run_dir;
	const char *site;
	const char *keys;
	const char *cluster_key;
	const char *state;
	const char *boot_state;
	bool force;
	bool dry_run;
};

#define OPT_SETTINGS struct settings

#define OPTIONS(force_help, dry_help)                                          \
	OPT("site", 's', STRING, site, "DIR", "the site's directory"),         \
	    OPT("keys", 'k', STRING, keys, "DIR",                              \
		"where the administrator's key is"),                           \
	    OPT("cluster-key", 0, STRING, cluster_key, "FILE",                 \
		"where the cluster key is"),                                   \
	    OPT("state", 0, STRING, state, "DIR",                              \
		"where published sites are kept"),                             \
	    OPT("boot-state", 0, STRING, boot_state, "DIR",                    \
		"where the boot service keeps leases"),                        \
	    OPT("force", 'f', FLAG, force, NULL, force_help),                  \
	    OPT("dry-run", 'n', FLAG, dry_run, NULL, dry_help),                \
	    NODE_OPTIONS("has the signed words"),                              \
	{                                                                      \
		0                                                              \
	}

static const struct option_spec backup_options[] = {
    OPTIONS("take the place of a file that is there",
	    "say what would be kept, and write nothing")};
static const struct option_spec restore_options[] = {
    OPTIONS("take the place of what is there, which is kept as NAME.old",
	    "say what would be restored, and change nothing")};

static const struct command_spec backup_command = {
    .program = "vfield backup",
    .args = "FILE",
    .summary = "Keep settings, keys, site, words and leases in one file.",
    .options = backup_options};
static const struct command_spec restore_command = {
    .program = "vfield restore",
    .args = "FILE",
    .summary = "Bring back what vfield backup has kept.",
    .options = restore_options};

/* Parses the arguments into *set.  Returns the file that they name; ends the
 * program if they are wrong. */
static const char *
parse(const struct command_spec *c, int argc, char **argv, struct settings *set)
{
	char **rest;
	int nrest;

	*set = (struct settings){.config = NODE_CONFIG_FILE,
				 .run_dir = NODE_RUN_DIR,
				 .site = SITE_DIR,
				 .keys = SIGN_KEYS,
				 .cluster_key = CLUSTER_KEY_FILE,
				 .state = SITE_STATE,
				 .boot_state = "/var/lib/vfield-boot"};
	log_init(c->program, false);
	options_parse(c, argc, argv, set, &rest, &nrest);
	if (nrest == 1)
		return rest[0];
	fprintf(stderr, "%s: FILE\nTry '%s --help'.\n", c->program, c->program);
	exit(2);
}

/* Fills in `parts`, with the path of each part on this machine.  `words` and
 * `published` are the paths of the parts of these names. */
static void
find_parts(const struct settings *set, const char *words, const char *published,
	   struct backup_part parts[BACKUP_PARTS])
{
	const struct backup_part all[BACKUP_PARTS] = {
	    {"vfield.conf", set->config, false, false, false},
	    {"keys", set->keys, true, true, false},
	    {"cluster.key", set->cluster_key, false, true, false},
	    {"site", set->site, true, false, false},
	    {"published", published, true, true, false},
	    {"words", words, false, false, false},
	    {"leases", set->boot_state, true, false, false},
	};

	for (size_t i = 0; i < BACKUP_PARTS; i++)
		parts[i] = all[i];
}

static void
say(const struct backup_part *parts)
{
	for (size_t i = 0; i < BACKUP_PARTS; i++)
		if (parts[i].there)
			printf("%-12s %s\n", parts[i].name, parts[i].path);
}

static int
backup(const struct settings *set, const char *file, struct backup_part *parts)
{
	struct backup_stage stage;
	int result;

	if (!set->force && access(file, F_OK) == 0) {
		log_error("%s: is there already: --force takes its place",
			  file);
		return -1;
	}
	if (backup_stage_open(&stage) == -1)
		return -1;
	result = backup_collect(&stage, parts);
	if (result == 0 && !set->dry_run)
		result = backup_pack(&stage, file);
	backup_stage_close(&stage);
	if (result == 0)
		say(parts);
	return result;
}

/* Returns 0 if no file or directory is at the place of a part of the archive,
 * or if --force is given.  Else logs each that is, and returns -1. */
static int
check_places(const struct settings *set, const struct backup_part *parts)
{
	int result = 0;

	for (size_t i = 0; i < BACKUP_PARTS && !set->force; i++) {
		if (!parts[i].there || access(parts[i].path, F_OK) == -1)
			continue;
		log_error("%s: is there already: --force keeps it as %s.old",
			  parts[i].path, parts[i].path);
		result = -1;
	}
	return result;
}

static int
restore(const struct settings *set, const char *file, struct backup_part *parts)
{
	struct backup_stage stage;
	int result;

	if (backup_stage_open(&stage) == -1)
		return -1;
	result = backup_unpack(&stage, file, parts);
	if (result == 0)
		result = check_places(set, parts);
	if (result == 0)
		result = set->dry_run ? backup_look(parts)
				      : backup_put(&stage, parts);
	backup_stage_close(&stage);
	if (result == 0)
		say(parts);
	return result;
}

static int
run(const struct command_spec *c,
    int (*act)(const struct settings *set, const char *file,
	       struct backup_part *parts),
    int argc, char **argv)
{
	struct backup_part parts[BACKUP_PARTS];
	struct settings set;
	const char *file = parse(c, argc, argv, &set);
	AUTO_FREE char *kept = run_dir_kept(set.run_dir);
	AUTO_FREE char *words = path_in(kept, "words");
	AUTO_FREE char *published = path_in(set.state, "site");

	find_parts(&set, words, published, parts);
	if (act(&set, file, parts) == -1)
		return EXIT_FAILURE;
	return stdout_flush(c->program) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
cmd_backup(int argc, char **argv)
{
	return run(&backup_command, backup, argc, argv);
}

int
cmd_restore(int argc, char **argv)
{
	return run(&restore_command, restore, argc, argv);
}
