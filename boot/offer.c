/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/offer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/remove_tree.h"
#include "boot/extract.h"
#include "boot/rights.h"

#define LABEL_TEXT (MANIFEST_NAME_MAX + 24)

enum kernel { KERNEL_NONE, KERNEL_OF_IMAGE, KERNEL_OF_FILES };

struct offer {
	struct loop *loop;
	struct offer_settings set;
	void (*changed)(void *ctx);
	void *ctx;
	char *fresh; /* path of the directory that the child process fills */

	/* the offered image, and the default image; an id of zeros: there is
	 * none */
	struct proto_image now, wanted;
	/* id of the image that was offered before `now`; its files are kept */
	struct digest before;
	/* where the kernel of the image `now` comes from; KERNEL_NONE: no image
	 * is offered */
	enum kernel kernel;
	char why[OFFER_TEXT];

	pid_t child; /* process id; 0: no child runs */
	struct digest fetching;
	/* pipe from which the reason of the child's failure is read */
	int says;
	unsigned failures;
	bool none; /* true: the image to be offered has no kernel */
	struct loop_timer again, tidy;
};

/* Writes the name of an image and the start of its id into text, in the form of
 * `vfield image`, and returns text. */
static const char *
label(const struct proto_image *image, char text[LABEL_TEXT])
{
	char hex[DIGEST_HEX];

	snprintf(text, LABEL_TEXT, "%s (%.12s)", image->name,
		 digest_hex(&image->id, hex));
	return text;
}

static char *
dir_of(const struct offer *o, const struct digest *id)
{
	char hex[DIGEST_HEX], *path;

	if (asprintf(&path, "%s/%s", o->set.dir, digest_hex(id, hex)) == -1)
		log_fatal("%s: %m", o->set.dir);
	return path;
}

static bool
is_now(const struct offer *o, const struct digest *id)
{
	return digest_equal(&o->now.id, id);
}

/* --- the directories --- */

/* Removes the directory of each image for which `goes` returns true. */
static void
remove_those(struct offer *o,
	     bool (*goes)(const struct offer *o, const struct digest *id,
			  const char *path))
{
	DIR *d = opendir(o->set.dir);
	struct dirent *e;
	struct digest id;

	while (d != NULL && (e = readdir(d)) != NULL) {
		AUTO_FREE char *path = NULL;

		if (digest_parse(e->d_name, strlen(e->d_name), &id) == -1)
			continue;
		path = dir_of(o, &id);
		if (goes(o, &id, path))
			remove_tree(path);
	}
	if (d != NULL)
		closedir(d);
}

/* Returns true if machines no longer ask for the files of the image `id`, since
 * neither this offer nor another offers it, or has offered it before. */
static bool
is_over(const struct offer *o, const struct digest *id, const char *path)
{
	return !is_now(o, id) && !digest_equal(&o->before, id) &&
	       (o->set.keeps == NULL || !o->set.keeps(o->set.ctx, id));
}

static void
tidy_up(void *ctx)
{
	struct offer *o = ctx;

	o->before = (struct digest){{0}};
	remove_those(o, is_over);
}

/* Makes DIR/default a link to the directory of the image `id`.  Returns 0, or
 * -1 and errno. */
static int
point_to(const struct offer *o, const struct digest *id)
{
	AUTO_FREE char *path = NULL;
	AUTO_FREE char *new = NULL;
	char hex[DIGEST_HEX];

	if (asprintf(&path, "%s/default", o->set.dir) == -1 ||
	    asprintf(&new, "%s/default.new", o->set.dir) == -1)
		return -1;
	if ((unlink(new) == -1 && errno != ENOENT) ||
	    symlink(digest_hex(id, hex), new) == -1)
		return -1;
	return rename(new, path);
}

static bool
is_link(const char *dir, const char *name)
{
	AUTO_FREE char *path = NULL;
	struct stat st;

	return asprintf(&path, "%s/%s", dir, name) != -1 &&
	       lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

/* Returns true if the files that an earlier run has left in the directory
 * `path` are links to files of --files.  These cannot be used again, since
 * --files may name another directory now; files copied out of an image can. */
static bool
is_by_files(const struct offer *o, const struct digest *id, const char *path)
{
	return is_link(path, "vmlinuz");
}

static int
link_file(const struct offer *o, const char *name)
{
	AUTO_FREE char *target = NULL;
	AUTO_FREE char *path = NULL;
	AUTO_FREE char *real = NULL;

	if (asprintf(&target, "%s/%s", o->set.files, name) == -1 ||
	    asprintf(&path, "%s/%s", o->fresh, name) == -1)
		return -1;
	real = realpath(target, NULL);
	/* this service serves it, and it is not root */
	if (real == NULL || access(real, R_OK) == -1)
		return -1;
	return symlink(real, path);
}

static int
make_fresh(const struct offer *o)
{
	remove_tree(o->fresh);
	if (mkdir(o->fresh, 0755) == -1)
		return -1;
	/* the umask may have removed rights */
	return chmod(o->fresh, 0755);
}

/* --- changing the offered image --- */

static const char *
whose(const struct offer *o)
{
	return o->set.number == 0 ? "machines"
				  : "hosts to which the site gives it";
}

static void
switch_to(struct offer *o, enum kernel kernel)
{
	char text[LABEL_TEXT];

	if (o->set.number == 0 && point_to(o, &o->wanted.id) == -1)
		log_error("%s/default: %m", o->set.dir);
	o->before = o->now.id;
	o->now = o->wanted;
	o->kernel = kernel;
	remove_those(o, is_over);
	loop_timer_set(o->loop, &o->tidy,
		       clock_now_ns() + OFFER_KEEP_MS * NS_PER_MS);
	if (kernel == KERNEL_OF_FILES)
		log_info("%s boot %s from now on, with the kernel of %s: %s",
			 whose(o), label(&o->now, text), o->set.files, o->why);
	else
		log_info("%s boot %s from now on, with its own kernel",
			 whose(o), label(&o->now, text));
	o->why[0] = '\0';
	o->changed(o->ctx);
}

/* Renames the directory o->fresh to that of the image o->wanted, and offers
 * that image.  Returns 0, or -1 with the reason in o->why. */
static int
take_fresh(struct offer *o, enum kernel kernel)
{
	AUTO_FREE char *dir = dir_of(o, &o->wanted.id);

	remove_tree(dir);
	if (rename(o->fresh, dir) == -1) {
		snprintf(o->why, sizeof o->why, "%s: %m", dir);
		return -1;
	}
	switch_to(o, kernel);
	return 0;
}

static int
use_files(struct offer *o)
{
	if (make_fresh(o) == 0 && link_file(o, "vmlinuz") == 0 &&
	    link_file(o, "initrd") == 0)
		return take_fresh(o, KERNEL_OF_FILES);
	snprintf(o->why, sizeof o->why, "%s: %m", o->set.files);
	return -1;
}

/* Logs why the wanted image is not offered; the offered image does not change.
 */
static void
say_why(struct offer *o)
{
	bool offers = o->kernel != KERNEL_NONE;
	char wanted[LABEL_TEXT], now[LABEL_TEXT];

	if (o->set.number != 0)
		log_warn("the site gives hosts %s, but %s; they boot the "
			 "default image",
			 label(&o->wanted, wanted), o->why);
	else
		log_warn("%s is the default image, but %s; %s%s",
			 label(&o->wanted, wanted), o->why,
			 offers ? "machines still boot "
				: "no machine can boot",
			 offers ? label(&o->now, now) : "");
	o->changed(o->ctx);
}

/* --- the child --- */

static void __attribute__((noreturn)) run_child(const struct offer *o, int out)
{
	char why[EXTRACT_WHY] = "";
	struct extract_files files;
	enum extracted result;
	sigset_t none;

	rights_keep(o->set.rights, out);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "vfield-bootfile");
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	result = extract_open(o->fresh, &files, why);
	if (result == EXTRACT_DONE)
		result =
		    rights_extract(o->set.rights, &o->fetching, &files, why);
	if (write(out, why, strlen(why)) == -1)
		_exit(EXTRACT_FAILED);
	_exit(result);
}

static int
spawn(struct offer *o)
{
	int says[2];

	if (make_fresh(o) == -1 || pipe2(says, O_CLOEXEC) == -1)
		return -1;
	o->child = fork();
	if (o->child == 0)
		run_child(o, says[1]);
	close(says[1]);
	if (o->child == -1) {
		o->child = 0;
		close(says[0]);
		return -1;
	}
	o->says = says[0];
	return 0;
}

static void
try_again(struct offer *o)
{
	o->failures++;
	if (o->failures >= OFFER_TRIES && o->set.files != NULL &&
	    o->set.number == 0 && use_files(o) == 0)
		return;
	if (o->failures == (o->set.number == 0 ? 1 : OFFER_TRIES))
		say_why(o);
	loop_timer_set(o->loop, &o->again,
		       clock_now_ns() + OFFER_AGAIN_MS * NS_PER_MS);
}

static void
begin(void *ctx)
{
	struct offer *o = ctx;
	AUTO_FREE char *dir = NULL;
	char text[LABEL_TEXT];

	if (o->child != 0 || is_now(o, &o->wanted.id))
		return;
	dir = dir_of(o, &o->wanted.id);
	if (access(dir, F_OK) == 0) {
		snprintf(o->why, sizeof o->why, "as before");
		switch_to(o, is_link(dir, "vmlinuz") ? KERNEL_OF_FILES
						     : KERNEL_OF_IMAGE);
		return;
	}
	o->fetching = o->wanted.id;
	log_debug("looks for a kernel in %s", label(&o->wanted, text));
	if (spawn(o) == 0)
		return;
	snprintf(o->why, sizeof o->why, "%s: %m", o->fresh);
	try_again(o);
}

static void
ended(struct offer *o, int status)
{
	int result =
	    WIFEXITED(status) ? WEXITSTATUS(status) : (int)EXTRACT_FAILED;

	if (WIFSIGNALED(status))
		snprintf(o->why, sizeof o->why,
			 "signal %d ended the look at it", WTERMSIG(status));
	switch (result) {
	case EXTRACT_DONE:
		extract_tidy(o->fresh);
		if (take_fresh(o, KERNEL_OF_IMAGE) == -1)
			try_again(o);
		break;
	case EXTRACT_NONE:
		o->none = true;
		if (o->set.files == NULL || use_files(o) == -1)
			say_why(o);
		break;
	default:
		try_again(o);
		break;
	}
}

void
offer_reaped(struct offer *o, pid_t pid, int status)
{
	ssize_t n;

	if (o->child == 0 || pid != o->child)
		return;
	n = read(o->says, o->why, sizeof o->why - 1);
	o->why[n > 0 ? n : 0] = '\0';
	close(o->says);
	o->child = 0;
	if (digest_equal(&o->fetching, &o->wanted.id))
		ended(o, status);
	else
		begin(o); /* another image has become the default meanwhile */
	if (o->child == 0)
		remove_tree(o->fresh);
}

void
offer_want(struct offer *o, const struct proto_image *image)
{
	if (digest_equal(&o->wanted.id, &image->id))
		return;
	o->wanted = *image;
	o->failures = 0;
	o->none = false;
	snprintf(o->why, sizeof o->why, "its kernel is not here yet");
	loop_timer_cancel(o->loop, &o->again);
	if (o->child != 0)
		kill(o->child, SIGKILL);
	begin(o);
}

void
offer_drop(struct offer *o)
{
	AUTO_FREE char *dir = dir_of(o, &o->now.id);

	remove_tree(dir);
	o->now = (struct proto_image){.size = 0};
	o->kernel = KERNEL_NONE;
	o->failures = 0;
	snprintf(o->why, sizeof o->why, "no node has it any more");
	begin(o);
	o->changed(o->ctx);
}

/* --- what is offered --- */

const struct proto_image *
offer_image(const struct offer *o)
{
	return o->kernel != KERNEL_NONE ? &o->now : NULL;
}

bool
offer_by_files(const struct offer *o)
{
	return o->kernel == KERNEL_OF_FILES;
}

const struct proto_image *
offer_wanted(const struct offer *o)
{
	return is_now(o, &o->wanted.id) ? NULL : &o->wanted;
}

const char *
offer_why(const struct offer *o)
{
	return o->why;
}

bool
offer_waits(const struct offer *o)
{
	return o->kernel == KERNEL_NONE && !o->none &&
	       o->failures < OFFER_TRIES;
}

bool
offer_has(const struct offer *o, const struct digest *id)
{
	return is_now(o, id) || digest_equal(&o->before, id) ||
	       digest_equal(&o->wanted.id, id);
}

/* --- start and end --- */

struct offer *
offer_new(struct loop *l, const struct offer_settings *s,
	  void (*changed)(void *ctx), void *ctx)
{
	AUTO_FREE struct offer *o = calloc(1, sizeof *o);
	AUTO_FREE char *fresh = NULL;

	if (o == NULL || asprintf(&fresh, "%s.new%u", s->dir, s->number) == -1)
		return NULL;
	o->loop = l;
	o->set = *s;
	o->changed = changed;
	o->ctx = ctx;
	o->again.fire = begin;
	o->tidy.fire = tidy_up;
	o->again.ctx = o->tidy.ctx = o;
	o->fresh = TAKE_PTR(fresh);
	if (s->number == 0)
		remove_those(o, is_by_files);
	return TAKE_PTR(o);
}

void
offer_free(struct offer *o)
{
	if (o == NULL)
		return;
	loop_timer_cancel(o->loop, &o->again);
	loop_timer_cancel(o->loop, &o->tidy);
	if (o->child != 0) {
		kill(o->child, SIGKILL);
		waitpid(o->child, NULL, 0);
		close(o->says);
	}
	remove_tree(o->fresh);
	free(o->fresh);
	free(o);
}
