/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/copy_job.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "authority/word.h"
#include "lib/cleanup.h"
#include "lib/decimal.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/program_dir.h"
#include "site/in_root.h"
#include "site/jobs.h"
#include "site/site.h"
#include "vfield/control.h"
#include "vfield/run_program.h"
#include "vfield/site_fetch.h"

#define LIST "copies.list" /* in the run directory of the node */
/* Seconds for which the node may not know the image; chosen: the machine that
 * has it tells the others within seconds. */
#define WAIT "60"
/* Seconds without a byte after which a copy is given up, to be tried again
 * later; chosen: the machines that have the image may start anew meanwhile, and
 * no newer list is read until then. */
#define SILENCE "120"
#define NOTE_MAX 128 /* most bytes of the file .NAME.copied */

/* Where a copy goes. */
struct place {
	int allowed;                   /* the directory that the site allows */
	const char *below;             /* the path of the file below it */
	char dir[JOBS_PATH_MAX];       /* the path of the file's directory */
	char note[JOBS_PATH_MAX + 16]; /* the path of .NAME.copied below it */
};

/* Returns what of `path` lies below the directory `dir`; NULL: nothing. */
static const char *
below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 && path[n] == '/' ? path + n + 1
							    : NULL;
}

static int
find_place(const char *root, const struct site_host *h, const char *path,
	   struct place *p)
{
	AUTO_CLOSE int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	const struct site_value *const *v;
	const char *slash;
	size_t n, i = 0;

	v = site_values(h, "copy_to", &n);
	while (i < n && below(path, v[i]->text) == NULL)
		i++;
	if (i == n) {
		log_error("%s: not below what the site allows (copy_to)", path);
		return -1;
	}
	p->below = below(path, v[i]->text);
	slash = strrchr(p->below, '/');
	n = slash != NULL ? (size_t)(slash + 1 - p->below) : 0;
	snprintf(p->dir, sizeof p->dir, "%.*s", (int)(n > 0 ? n - 1 : 0),
		 p->below);
	snprintf(p->note, sizeof p->note, "%.*s.%s.copied", (int)n, p->below,
		 p->below + n);
	if (fd != -1)
		p->allowed = in_root_dir(fd, v[i]->text + 1);
	if (p->allowed != -1)
		return 0;
	log_error("%s: %m", v[i]->text);
	return -1;
}

/* Returns the number in the note; 0: there is none.  Users may write in the
 * directory, so a note counts only if it is root's, and no link: with a high
 * number somebody's own file would keep all copies away. */
static uint64_t
made_by(const struct place *p)
{
	const char *slash = strrchr(p->note, '/');
	AUTO_CLOSE int dir = in_root_dir(p->allowed, p->dir);
	AUTO_CLOSE int fd =
	    dir == -1 ? -1
		      : openat(dir, slash != NULL ? slash + 1 : p->note,
			       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	uint64_t number = 0;
	char line[NOTE_MAX + 1] = "";
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    st.st_uid != 0 || st.st_nlink != 1 || (st.st_mode & 022) != 0 ||
	    read(fd, line, NOTE_MAX) <= 0)
		return 0;
	return decimal_parse(line, &number) != NULL ? number : 0;
}

static int
note(const struct place *p, const struct jobs_line *l)
{
	char text[NOTE_MAX], hex[DIGEST_HEX];
	int n = snprintf(text, sizeof text, "%" PRIu64 " %s\n", l->number,
			 digest_hex(&l->image, hex));

	return in_root_write(p->allowed, p->note, text, (size_t)n, 0600);
}

/* Runs `vfield fetch`, to which the file's directory is known by a descriptor
 * that it inherits. */
static int
fetch(const struct agent_site *a, const struct place *p,
      const struct jobs_line *l)
{
	AUTO_FREE char *bin = program_dir();
	AUTO_FREE char *vfield = path_in(bin != NULL ? bin : "", "vfield");
	AUTO_FREE char *path = NULL;
	char hex[DIGEST_HEX];
	const char *slash = strrchr(p->below, '/');
	AUTO_CLOSE int fd = -1;
	AUTO_CLOSE int passed = -1;
	const char *argv[] = {vfield,     "fetch",
			      "--json",   "--wait",
			      WAIT,       "--silence",
			      SILENCE,    "--run-dir",
			      a->run_dir, digest_hex(&l->image, hex),
			      NULL,       l->replace ? "--force" : NULL,
			      NULL};

	fd = in_root_dir(p->allowed, p->dir);
	passed = fd != -1 ? fcntl(fd, F_DUPFD, 3) : -1;
	if (passed == -1 ||
	    asprintf(&path, "/proc/self/fd/%d/%s", passed,
		     slash != NULL ? slash + 1 : p->below) == -1) {
		path = NULL;
		log_error("%s: %m", l->path);
		return -1;
	}
	argv[10] = path;
	return run_program_quiet(argv) == 0 ? 0 : -1;
}

static int
copy(const struct agent_site *a, const struct site_host *h,
     const struct jobs_line *l)
{
	struct place p = {.allowed = -1};
	int result = -1;

	if (find_place(a->root, h, l->path, &p) == -1)
		return -1;
	if (made_by(&p) >= l->number) {
		result = 0;
	} else if (fetch(a, &p, l) == -1) {
		log_error("%s: job %" PRIu64 " has not made it", l->path,
			  l->number);
	} else if (note(&p, l) == -1) {
		log_error("%s: its note: %m", l->path);
	} else {
		log_info("%s: job %" PRIu64 " has made it", l->path, l->number);
		result = 0;
	}
	close(p.allowed);
	return result;
}

static int
copy_all(const struct agent_site *a, const struct site *s, const char *host,
	 const struct jobs *j)
{
	const struct site_host *h = site_host(s, host);
	const struct jobs_line *l = NULL;
	uint64_t now_s = time(NULL);
	int failed = 0;

	if (h == NULL)
		return 0;
	for (;;) {
		l = jobs_copy_after(j, host, now_s, l != NULL ? l->number : 0);
		if (l == NULL)
			return failed;
		failed += copy(a, h, l) == -1;
	}
}

/* Reads the list of jobs whose image is `id`. */
static int
read_list(const struct agent_site *a, const char *id, struct jobs *j)
{
	AUTO_FREE char *path = path_in(a->run_dir, LIST);
	struct digest d;
	int result = -1;

	unlink(path);
	if (digest_parse(id, strlen(id), &d) == 0 &&
	    site_fetch_image(a->run_dir, &d, WORD_JOBS, path) == 0)
		result = jobs_load(j, path, false);
	if (result == -1)
		log_error("the list of jobs %.12s cannot be read", id);
	unlink(path);
	return result;
}

int
copy_jobs(const struct agent_site *a, const char *id)
{
	AUTO_FREE char *dir = path_in(a->root, AGENT_SITE);
	AUTO_FREE char *notes = path_in(a->root, AGENT_NOTES);
	struct json_object *o = json_object_from_file(notes);
	struct site_plugins any = {0};
	struct site_errors errors = {0};
	struct jobs j = {0};
	struct site *s = site_load(dir, &any, &errors);
	int failed = -1;

	if (s == NULL)
		log_error("%s cannot be read", dir);
	else if (read_list(a, id, &j) == 0)
		failed = copy_all(a, s, control_string(o, "host"), &j);
	jobs_free(&j);
	site_free(s);
	json_object_put(o);
	return failed;
}
