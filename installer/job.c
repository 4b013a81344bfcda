/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "installer/job.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "installer/environment.h"
#include "installer/find_disk.h"
#include "installer/order.h"
#include "installer/run.h"
#include "installer/screen.h"
#include "lib/cleanup.h"
#include "lib/log.h"

struct job {
	const struct settings *set;
	struct layout layout;
	struct order order;
	struct digest site;
	struct disk_chosen disk; /* disk.fd -1: not chosen yet */
	struct stamp stamp;
	struct screen screen;
	struct environment env;
	FILE *log;
	bool was_done; /* by the disk's stamp the job is done already */
};

/* --- the disk --- */

/* Returns the number of the last installation that the stamp mentions. */
static uint64_t
installed_by(const struct stamp *was)
{
	return was->repair ? was->before : was->job;
}

/* Returns true if by the disk's stamp the job is done, or superseded: an
 * installation by a later installation, a repair by a later repair or
 * installation.  The numbers of repairs never count against an installation,
 * since a restricted key may sign them. */
static bool
is_over(const struct settings *set, const struct stamp *was)
{
	if (set->job == 0)
		return false;
	if (set->repair != was->repair)
		return installed_by(was) >= set->job;
	return was->job > set->job || (was->job == set->job && was->finished);
}

/* Sets j->stamp to that of a job which begins; `was` is the disk's stamp.  A
 * job that was started by hand has no number, so its stamp keeps the number of
 * the job before, lest that job be done again. */
static void
begin(struct job *j, const struct stamp *was)
{
	const struct settings *set = j->set;
	uint64_t installed = installed_by(was);
	uint64_t repaired = was->repair ? was->job : 0;

	j->stamp = (struct stamp){.site = j->site,
				  .job = set->job,
				  .before = set->repair ? installed : 0,
				  .repair = set->repair};
	if (set->job == 0)
		j->stamp.job = set->repair ? repaired : installed;
	snprintf(j->stamp.host, sizeof j->stamp.host, "%s", set->host);
}

/* Sets j->stamp and j->was_done by the disk's stamp.  If the disk's stamp is
 * that of this job, unfinished, its list of modules that are done is taken
 * over; so is that of an unfinished job of the same kind that was started by
 * hand. */
static void
go_on(struct job *j)
{
	static const struct stamp none;
	const struct disk_found *d = &j->disk.found;
	bool known =
	    d->verdict == DISK_OURS && strcmp(d->stamp.host, j->set->host) == 0;

	j->was_done = known && is_over(j->set, &d->stamp);
	begin(j, known ? &d->stamp : &none);
	if (known && !d->stamp.finished && d->stamp.job == j->stamp.job &&
	    d->stamp.repair == j->set->repair && disk_has_table(d, &j->layout))
		j->stamp = d->stamp;
}

static int
choose_disk(struct job *j, char why[FIND_DISK_WHY])
{
	struct find_disk f = {.named = j->set->device,
			      .wipe = j->set->wipe,
			      .repair = j->set->repair,
			      .site = j->site};

	if (find_disk(&f, &j->layout, &j->disk, why) == -1)
		return -1;
	go_on(j);
	return 0;
}

/* Sets the variables and writes the files that describe the disk to modules.
 * Returns 0, or -1 and errno. */
static int
describe_disk(struct job *j)
{
	bool same = disk_has_table(&j->disk.found, &j->layout);
	char guid[DISK_GUID];

	if (disk_guid(&j->site, guid) == -1)
		return -1;
	return environment_disk(&j->env, j->disk.path, same, guid, &j->layout);
}

static int
use_disk(struct job *j)
{
	char why[FIND_DISK_WHY];

	j->screen.module = "disk";
	if (choose_disk(j, why) == -1) {
		fputs(why, stdout);
		screen_failed(&j->screen, "no disk may be written", NULL,
			      j->env.log);
		return -1;
	}
	if (j->was_done)
		return 0;
	if (describe_disk(j) == 0 && stamp_write(j->disk.fd, &j->stamp) == 0)
		return 0;
	screen_failed(&j->screen, strerror(errno), NULL, j->env.log);
	return -1;
}

/* --- modules --- */

static void
progress(void *ctx, int percent)
{
	struct job *j = ctx;

	screen_percent(&j->screen, percent);
}

/* Asks the person at the terminal whether to run the module again.  Returns
 * true if the answer is yes. */
static bool
again(void)
{
	int c;

	if (!isatty(STDIN_FILENO))
		return false;
	printf("Return: try again; q and Return: give up.\n");
	fflush(stdout);
	c = getchar();
	for (int rest = c; rest != '\n' && rest != EOF;)
		rest = getchar();
	return c == '\n';
}

static int
run_one(struct job *j, size_t i)
{
	static const struct run_ops ops = {progress};
	const char *name = j->order.modules[i].name;
	int limit = (int)j->set->limit;
	struct run_result r;
	char how[64];

	for (;;) {
		screen_begin(&j->screen, name, i + 1);
		fprintf(j->log, "=== %s\n", name);
		if (run_module(j->order.modules[i].path, j->log, limit, &ops, j,
			       &r) == 0)
			break;
		screen_failed(&j->screen, run_how(&r, limit, how), &r,
			      j->env.log);
		if (r.interrupted || !again())
			return -1;
	}
	screen_done(&j->screen);
	return 0;
}

static int
stamp_module(struct job *j, const char *name)
{
	if (j->disk.fd == -1)
		return 0;
	stamp_add(&j->stamp, name);
	if (stamp_write(j->disk.fd, &j->stamp) == 0)
		return 0;
	screen_failed(&j->screen, strerror(errno), NULL, j->env.log);
	return -1;
}

static int
step(struct job *j, size_t i)
{
	const char *name = j->order.modules[i].name;

	if (j->disk.fd == -1 && strcmp(name, "init") != 0) {
		if (use_disk(j) == -1)
			return -1;
		if (j->was_done)
			return 0;
	}
	if (j->disk.fd != -1 && stamp_did(&j->stamp, name) &&
	    !order_each_time(name)) {
		screen_was_done(&j->screen, name, i + 1);
		return 0;
	}
	return run_one(j, i) == 0 ? stamp_module(j, name) : -1;
}

static int
run_all(struct job *j)
{
	for (size_t i = 0; i < j->order.n; i++) {
		if (step(j, i) == -1)
			return -1;
		if (j->was_done) {
			printf("job %" PRIu64 " was done before\n",
			       j->set->job);
			screen_end(&j->screen);
			return 0;
		}
	}
	j->stamp.finished = true;
	if (j->disk.fd != -1 && stamp_write(j->disk.fd, &j->stamp) == -1) {
		screen_failed(&j->screen, strerror(errno), NULL, j->env.log);
		return -1;
	}
	screen_end(&j->screen);
	return 0;
}

/* --- preparations --- */

static int
say_only(struct job *j)
{
	char why[FIND_DISK_WHY], guid[DISK_GUID] = "";

	for (size_t i = 0; i < j->order.n; i++)
		printf("%zu. %s\n", i + 1, j->order.modules[i].path);
	if (choose_disk(j, why) == -1) {
		fputs(why, stdout);
		log_error("no disk may be written");
		return -1;
	}
	printf("%s, %" PRIu64 " MiB: %s\n", j->disk.path,
	       j->disk.found.size >> 20, j->disk.found.what);
	if (j->was_done)
		printf("job %" PRIu64 " was done before\n", j->set->job);
	else if (disk_has_table(&j->disk.found, &j->layout))
		puts("its partitions stay; those marked 'keep' are kept");
	else
		layout_script(&j->layout, guid, stdout);
	return 0;
}

static int
prepare(struct job *j)
{
	const struct settings *s = j->set;
	const char *plugins[] = {NULL, "/etc/vfield/plugins",
				 "/usr/share/vfield/plugins", NULL};
	AUTO_FREE char *own = NULL;
	char why[LAYOUT_WHY];
	const char *text;

	if (layout_load(s->disks, &j->layout, why) == -1) {
		log_error("%s: %s", s->disks, why);
		return -1;
	}
	if (order_parse(s->modules, &j->order, &text) == -1) {
		log_error("modules '%s': %s", s->modules, text);
		return -1;
	}
	if (asprintf(&own, "%s/plugins", s->site) == -1)
		return -1;
	plugins[0] = own;
	if (order_find(&j->order, s->module_dir, plugins, &text) == 0)
		return 0;
	log_error("%s: no such module, and no plugin has it as 'install'",
		  text);
	return -1;
}

enum job_end
job_run(const struct settings *s, struct boot_service *service)
{
	struct job j = {
	    .set = s,
	    .disk = {.fd = -1},
	    .site = disk_site(s->site_id),
	};
	int ret;

	if (prepare(&j) == -1)
		return JOB_FAILED;
	if (s->dry_run)
		return say_only(&j) == 0 ? JOB_DONE : JOB_FAILED;
	if (environment_init(&j.env, s) == -1)
		return JOB_FAILED;
	j.log = fopen(j.env.log, "ae");
	if (j.log == NULL || flock(fileno(j.log), LOCK_EX | LOCK_NB) == -1) {
		log_error("%s: %s", j.env.log,
			  errno == EWOULDBLOCK ? "an installation is at work"
					       : strerror(errno));
		return JOB_FAILED;
	}
	j.screen = (struct screen){.state = j.env.state,
				   .service = service,
				   .mode = s->repair ? "repair" : "install",
				   .of = j.order.n,
				   .terminal = isatty(STDOUT_FILENO)};
	ret = run_all(&j);
	fclose(j.log);
	if (j.disk.fd != -1)
		close(j.disk.fd);
	environment_free(&j.env);
	if (ret == -1)
		return JOB_FAILED;
	return j.was_done ? JOB_DONE_BEFORE : JOB_DONE;
}
