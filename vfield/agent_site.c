/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/agent_site.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "authority/word.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/program_dir.h"
#include "lib/remove_tree.h"
#include "vfield/control.h"
#include "vfield/run_program.h"
#include "vfield/site_stage.h"

#define REPORT_TEXT 160 /* bytes of the reason of a failure, with the NUL */
/* Seconds that `vfield fetch` waits for an image that the node does not know,
 * and for the next byte.  Arbitrary: after them the agent looks for a newer
 * word. */
#define FETCH_WAIT "30"

/* Paths of directories and files that are used while a site is brought: `dir`,
 * `site` and `fresh` in the system's root, `image` in the node's run directory.
 */
struct places {
	char *dir, *site, *fresh, *image;
	char *bin; /* directory of the programs */
};

static void
free_places(struct places *p)
{
	free(p->dir);
	free(p->site);
	free(p->fresh);
	free(p->image);
	free(p->bin);
}
#define AUTO_PLACES __attribute__((cleanup(free_places)))

static int
find_places(const struct agent_site *a, struct places *p)
{
	p->bin = program_dir();
	if (p->bin == NULL) {
		log_error("cannot tell where vfield is: %m");
		return -1;
	}
	p->dir = path_in(a->root, "run/vfield");
	p->site = path_in(a->root, AGENT_SITE);
	p->fresh = path_in(a->root, AGENT_SITE_FRESH);
	p->image = path_in(a->run_dir, "site.squashfs");
	if (mkdir(p->dir, 0755) == 0 || access(p->dir, W_OK) == 0)
		return 0;
	log_error("%s: %m", p->dir);
	return -1;
}

bool
agent_site_is(const struct agent_site *a, const char *id)
{
	AUTO_FREE char *path = path_in(a->root, AGENT_NOTES);
	struct json_object *o = json_object_from_file(path);
	bool is = strcmp(control_string(o, "site"), id) == 0;

	json_object_put(o);
	return is;
}

/* Looks at a plugin in vfield-plugin's notes.  Adds 1 to *failed if the plugin
 * failed, and to *later if it waits for the next boot.  Writes the reason of
 * the first failure to `why`. */
static void
count_plugin(struct json_object *p, unsigned *failed, unsigned *later,
	     char why[REPORT_TEXT])
{
	const char *end = control_string(p, "change"), *said = "";

	if (end[0] == '\0')
		end = control_string(p, "boot");
	*later += control_bool(p, "next_boot");
	if (control_number(p, "failed") > 0)
		said = control_string(p, "why");
	else if (end[0] != '\0' && strcmp(end, "ok") != 0)
		said = control_string(p, "said");
	else
		return;
	if ((*failed)++ == 0)
		snprintf(why, REPORT_TEXT, "%s: %s", control_string(p, "name"),
			 said);
	for (char *c = why; *c != '\0'; c++)
		if (*c == '\n')
			*c = ' ';
}

char *
agent_site_report(const struct agent_site *a, unsigned bad, const char *said)
{
	AUTO_FREE char *path = path_in(a->root, AGENT_NOTES);
	struct json_object *o = json_object_from_file(path);
	char why[REPORT_TEXT] = "", *line = NULL;
	unsigned failed = 0, later = 0;
	size_t n;
	struct json_object *plugins = control_array(o, "plugins", &n);

	snprintf(why, sizeof why, "%s", control_string(o, "why"));
	for (size_t i = 0; i < n; i++)
		count_plugin(json_object_array_get_idx(plugins, i), &failed,
			     &later, why);
	failed += bad;
	if (why[0] == '\0' && bad > 0)
		snprintf(why, sizeof why, "%s", said);
	if (control_string(o, "site")[0] != '\0' &&
	    asprintf(&line, "host %.16s %zu %u %u %s",
		     control_string(o, "site"), n, failed, later, why) == -1)
		line = NULL;
	json_object_put(o);
	return line;
}

static int
run(const char *const argv[])
{
	int status = run_program_quiet(argv);

	if (status > 0)
		log_error("%s ended with status %d", argv[0], status);
	return status == 0 ? 0 : -1;
}

static int
fetch(const struct agent_site *a, const struct places *p, const char *id)
{
	AUTO_FREE char *vfield = path_in(p->bin, "vfield");
	/* a site may have secrets, which only root may read */
	const char *argv[] = {vfield,      "fetch",    "--force", "--json",
			      "--mode",    "600",      "--wait",  FETCH_WAIT,
			      "--silence", FETCH_WAIT, "--word",  WORD_SITE,
			      "--run-dir", a->run_dir, id,        p->image,
			      NULL};
	int result = run(argv);

	remove_tree(p->fresh);
	if (result == 0)
		result = site_stage_unpack(p->image, p->fresh);
	unlink(p->image);
	return result;
}

/* Exchanges the new site's directory with the one of the site before,
 * atomically, and removes the latter.  Returns 0; -1: the log says why. */
static int
exchange(const struct places *p)
{
	mkdir(p->site, 0755);
	if (renameat2(AT_FDCWD, p->fresh, AT_FDCWD, p->site, RENAME_EXCHANGE) ==
	    -1) {
		log_error("%s: %m", p->site);
		return -1;
	}
	remove_tree(p->fresh);
	return 0;
}

static int
change(const struct agent_site *a, const struct places *p, const char *id)
{
	AUTO_FREE char *program = path_in(p->bin, "vfield-plugin");
	const char *argv[20] = {program,  "change", "--site", p->site,
				"--root", a->root,  "--id",   id};
	AUTO_FREE char *notes = path_in(a->root, AGENT_NOTES);
	char name[HOST_NAME_MAX + 1] = "";
	size_t n = 8;
	int status;
	const char *const more[][2] = {{"--seed", a->trust},
				       {"--host", a->host},
				       {"--mac", a->mac},
				       {"--plugins", a->shipped}};

	for (size_t i = 0; i < sizeof more / sizeof *more; i++)
		if (more[i][1] != NULL) {
			argv[n++] = more[i][0];
			argv[n++] = more[i][1];
		}
	if (a->host == NULL && a->mac == NULL && access(notes, F_OK) == -1 &&
	    gethostname(name, sizeof name - 1) == 0) {
		argv[n++] = "--host";
		argv[n++] = name;
	}
	status = run_program_quiet(argv);
	if (status == AGENT_NO_HOST)
		return 1; /* vfield-plugin has logged that */
	if (status > 1)
		log_error("%s ended with status %d", program, status);
	return status == 0 || status == 1 ? status : -1;
}

int
agent_site_fetch(const struct agent_site *a, const char *id)
{
	AUTO_PLACES struct places p = {0};

	return find_places(a, &p) == -1 ? -1 : fetch(a, &p, id);
}

int
agent_site_apply(const struct agent_site *a, const char *id)
{
	AUTO_PLACES struct places p = {0};

	if (find_places(a, &p) == -1 || exchange(&p) == -1)
		return -1;
	return change(a, &p, id);
}
