/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield copy: brings a file to the disks of many machines at once. */
#include "vfield/cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/stdout_flush.h"
#include "vfield/control.h"
#include "vfield/copy_image.h"
#include "vfield/copy_order.h"
#include "vfield/copy_report.h"
#include "vfield/copy_run.h"
#include "vfield/jobs_give.h"
#include "vfield/nodes_named.h"
#include "vfield/node_config.h"
#include "vfield/sign.h"
#include "vfield/site_dir.h"
#include "vfield/site_past.h"

#define PROGRAM "vfield copy"
#define LOG_DEFAULT "/var/log/vfield-copy.log"

struct settings {
	const char *config;
	const char *run_dir;
	const char *rsh;
	const char *site;
	/* path of the log; NULL: LOG_DEFAULT, if that can be written */
	const char *log;
	uint64_t late_s;
	uint64_t silence_s;
	bool by_address;
	bool force;
	bool wipe;
	bool keep;
	bool json;
	bool dry_run;
	bool job;
	bool cancel;
	const char *key;
	const char *state;
	uint64_t hours;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    OPT("rsh", 'e', STRING, rsh, "COMMAND",
	"how the order comes to a machine (" COPY_RSH_DEFAULT ")"),
    OPT("by-address", 'a', FLAG, by_address, NULL,
	"call machines by the addresses that the cluster knows"),
    OPT("force", 'f', FLAG, force, NULL, "replace a file that is there"),
    OPT("wipe", 0, FLAG, wipe, NULL,
	"overwrite a disk or partition that is not blank"),
    OPT("keep", 'k', FLAG, keep, NULL,
	"the image stays, for machines that come later"),
    OPT("late", 'l', NUMBER, late_s, "SECONDS",
	"wait so long for machines that cannot be reached (0)"),
    OPT("silence", 's', NUMBER, silence_s, "SECONDS",
	"take a machine for lost that says nothing for so long (60)"),
    OPT("site", 0, STRING, site, "DIR",
	"whose groups NODES may name (" SITE_DIR ")"),
    OPT("log", 0, STRING, log, "FILE",
	"where each machine's end is logged (" LOG_DEFAULT ")"),
    OPT("json", 'j', FLAG, json, NULL,
	"say what happens as JSON, one object a line"),
    OPT("dry-run", 'n', FLAG, dry_run, NULL, "only print the machines"),
    OPT("job", 0, FLAG, job, NULL,
	"order it by a signed job, which each machine does when it can"),
    OPT("cancel", 0, FLAG, cancel, NULL,
	"take back the jobs to copy to NODES:PATH, the only operand"),
    OPT("hours", 0, NUMBER, hours, "N",
	"with --job: machines that hear of it later do not do it (24)"),
    OPT("key", 0, STRING, key, "KEY",
	"with --job: the private key to sign with: a directory, a file, or - "
	"for stdin"),
    OPT("state", 0, STRING, state, "DIR",
	"with --job: where the list of jobs is kept"),
    NODE_OPTIONS("gives the file"),
    {0},
};

static const struct command_spec command = {
    .program = PROGRAM,
    .section = "copy",
    .args = "[FILE|NAME|ID] NODES:PATH",
    .summary = "Bring a file, or an image, to the disks of many machines.",
    .options = options,
};

/* Splits the operand `target`, NODES:PATH, in two by writing a NUL.  Returns
 * PATH; NULL: the log says what is wrong. */
static char *
split(char *target)
{
	char *colon = strchr(target, ':');

	if (colon == NULL || colon == target || colon[1] != '/') {
		log_error("%s: not NODES:PATH with a path that begins with /",
			  target);
		return NULL;
	}
	*colon = '\0';
	return colon + 1;
}

/* Returns the path that the file gets on the machines, for free(): `path`, and
 * if that ends with a slash, also the file's name `base`. */
static char *
whole_path(const char *path, const char *base)
{
	char *whole;

	if (path[strlen(path) - 1] != '/')
		return strdup(path);
	return asprintf(&whole, "%s%s", path, base) == -1 ? NULL : whole;
}

static FILE *
open_log(const struct settings *set)
{
	FILE *log = fopen(set->log != NULL ? set->log : LOG_DEFAULT, "ae");

	if (log == NULL && set->log != NULL)
		log_error("--log %s: %m", set->log);
	return log;
}

static int
run(const struct settings *set, const struct copy_image *image,
    const struct name_set *names, struct cluster_nodes *cluster,
    const char *path)
{
	struct copy_order o = {.image = image->hex,
			       .path = path,
			       .mode = image->mode,
			       .wipe = set->wipe,
			       .force = set->force};
	AUTO_FREE char *order = copy_order_text(&o);
	AUTO_FCLOSE FILE *log = open_log(set);
	struct copy_report report = {
	    .json = set->json, .log = log, .path = path, .bytes = image->bytes};
	struct copy_run_setup s = {.names = names,
				   .cluster = cluster,
				   .run_dir = set->run_dir,
				   .rsh = set->rsh,
				   .order = order,
				   .by_address = set->by_address,
				   .remove = image->added && image->trusted &&
					     !set->keep,
				   .bytes = image->bytes,
				   .late_s = set->late_s,
				   .silence_s = set->silence_s,
				   .report = &report,
				   .image = image->hex};

	if (order == NULL) {
		log_error("%m");
		return -1;
	}
	if (log == NULL && set->log != NULL)
		return -1;
	return copy_run(&s);
}

/* Returns what the commands that give and take back copies begin with. */
static struct jobs_give
job_of(const struct settings *set, const char *path)
{
	return (struct jobs_give){.program = PROGRAM,
				  .state = set->state,
				  .run_dir = set->run_dir,
				  .key = set->key,
				  .verb = JOBS_COPY,
				  .path = path,
				  .replace = set->force,
				  .hours = set->hours};
}

/* Returns whether a job can have the path; if not, the log says so. */
static bool
is_path(const char *path)
{
	if (jobs_path_ok(path))
		return true;
	log_error("%s: no path that a job can have", path);
	return false;
}

/* Gives the machines the job to copy the image to the path.  The image stays,
 * since nobody hears when they have it. */
static int
give_job(const struct settings *set, const struct copy_image *image,
	 const struct name_set *names, const char *path)
{
	struct jobs_give g = job_of(set, path);
	uint64_t number;

	if (!is_path(path) ||
	    digest_parse(image->hex, strlen(image->hex), &g.image) == -1 ||
	    jobs_give(&g, names, &number) == -1)
		return -1;
	printf("job %" PRIu64 ": %zu machines copy it within %" PRIu64
	       " hours; the image %.12s stays until 'vfield image remove'\n",
	       number, name_set_count(names), set->hours, image->hex);
	return stdout_flush(PROGRAM);
}

/* Copies what the operand `what` names; cluster is not used for a job. */
static int
copy(const struct settings *set, const char *what, const struct name_set *names,
     struct cluster_nodes *cluster, const char *path)
{
	AUTO_FREE char *whole = NULL;
	struct copy_image image;
	int result;

	if (copy_image_open(what, set->run_dir, &image) == -1)
		return -1;
	whole = whole_path(path, image.base);
	if (whole == NULL)
		log_fatal("%s: %m", path);
	result = set->job ? give_job(set, &image, names, whole)
			  : run(set, &image, names, cluster, whole);
	if (set->keep && !set->job)
		log_info("the image stays: vfield fetch %s %s", image.hex,
			 whole);
	copy_image_close(&image, set->job ? result == 0 : set->keep);
	return result;
}

static int
print_names(const struct name_set *names)
{
	for (size_t i = 0; i < name_set_count(names); i++)
		puts(name_set_at(names, i));
	return 0;
}

static int
cancel(const struct settings *set, const struct name_set *names,
       const char *path)
{
	struct jobs_give g = job_of(set, path);

	return is_path(path) ? jobs_cancel(&g, names) : -1;
}

/* Does what the operands say; `what` is NULL for --cancel, which has none. */
static int
copy_to(const struct settings *set, const char *what, char *target)
{
	struct cluster_nodes cluster = {0};
	struct name_set *names = NULL;
	char *path = split(target);
	int result = -1;

	if (path == NULL)
		return -1;
	if (cluster_nodes_ask(&cluster, set->run_dir) == -1)
		control_complain(PROGRAM, set->run_dir);
	else
		names = nodes_named(target, set->site, &cluster, NODES_OTHERS);
	if (names != NULL)
		result = set->dry_run  ? print_names(names)
			 : set->cancel ? cancel(set, names, path)
				       : copy(set, what, names, &cluster, path);
	name_set_free(names);
	cluster_nodes_free(&cluster);
	return result;
}

int
cmd_copy(int argc, char **argv)
{
	struct settings set = {.config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR,
			       .rsh = COPY_RSH_DEFAULT,
			       .site = SITE_DIR,
			       .silence_s = 60,
			       .key = SIGN_KEYS,
			       .state = SITE_STATE,
			       .hours = JOBS_GIVE_HOURS};
	const char *wrong = NULL;
	char **rest;
	int nrest;

	log_init(PROGRAM, false);
	options_parse(&command, argc, argv, &set, &rest, &nrest);
	if (set.cancel && nrest != 1)
		wrong = "--cancel: one operand, NODES:PATH";
	else if (!set.cancel && nrest != 2)
		wrong = "a file or an image, and NODES:PATH";
	else if (set.job && set.wipe)
		wrong = "--job: not with --wipe";
	else if (set.hours == 0 || set.hours > JOBS_GIVE_HOURS_MAX)
		wrong = "--hours: from 1 to 8784";
	if (wrong != NULL) {
		fprintf(stderr, PROGRAM ": %s\nTry '" PROGRAM " --help'.\n",
			wrong);
		return 2;
	}
	return copy_to(&set, set.cancel ? NULL : rest[0], rest[nrest - 1]) == 0
		   ? EXIT_SUCCESS
		   : EXIT_FAILURE;
}
