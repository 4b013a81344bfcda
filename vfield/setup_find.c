/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "vfield/run_program.h"
#include "vfield/setup.h"

#define SETTINGS_MAX 16384 /* bytes of the output of vfield-boot --dry-run */
/* most arguments of vfield-mkimage before those of the user, with the final
 * NULL */
#define MKIMAGE_WORDS 10

/* Finds a line "name = value" in the text, and copies its value to `to`, which
 * has room for len bytes.  Writes "" if there is no such line, or the value
 * does not fit. */
static void
value_of(const char *text, const char *name, char *to, size_t len)
{
	size_t n = strlen(name);

	to[0] = '\0';
	for (const char *line = text; line != NULL && *line != '\0';) {
		if (strncmp(line, name, n) == 0 &&
		    strncmp(line + n, " = ", 3) == 0) {
			size_t bytes = strcspn(line + n + 3, "\n");

			if (bytes < len)
				snprintf(to, bytes + 1, "%s", line + n + 3);
			return;
		}
		line = strchr(line, '\n');
		line += line != NULL;
	}
}

/* Sets s->own to the first IPv4 address of s->card.  Returns 0; -1: the log
 * says why. */
static int
find_own(struct setup *s)
{
	struct ifaddrs *all;

	if (getifaddrs(&all) == -1) {
		log_error("%m");
		return -1;
	}
	for (struct ifaddrs *i = all; i != NULL && s->own[0] == '\0';
	     i = i->ifa_next)
		if (i->ifa_addr != NULL && i->ifa_addr->sa_family == AF_INET &&
		    strcmp(i->ifa_name, s->card) == 0)
			inet_ntop(AF_INET,
				  &((struct sockaddr_in *)(void *)i->ifa_addr)
				       ->sin_addr,
				  s->own, sizeof s->own);
	freeifaddrs(all);
	if (s->own[0] != '\0')
		return 0;
	log_error("%s has no IPv4 address", s->card);
	return -1;
}

/* Runs vfield-boot --dry-run, which chooses a card, and copies the settings
 * that it prints to `text`.  Returns 0; -1: the log says why. */
static int
ask_boot(const struct setup *s, char text[SETTINGS_MAX])
{
	AUTO_FREE char *program = path_in(s->bin, "vfield-boot");
	const char *argv[8] = {program, "--dry-run"};
	size_t n = 2;

	if (access(s->config, F_OK) == 0) {
		argv[n++] = "--config";
		argv[n++] = s->config;
	}
	if (s->interface != NULL) {
		argv[n++] = "--interface";
		argv[n++] = s->interface;
	}
	if (s->proxy)
		argv[n++] = "--proxy";
	return run_program_read(argv, text, SETTINGS_MAX);
}

int
setup_card(struct setup *s)
{
	char text[SETTINGS_MAX], range[2 * SETUP_ADDRESS + 1];
	char *dash;

	if (ask_boot(s, text) != 0) {
		log_error("no card for the room: --interface names it");
		return -1;
	}
	value_of(text, "interface", s->card, sizeof s->card);
	value_of(text, "range", range, sizeof range);
	dash = strchr(range, '-');
	if (dash != NULL) {
		*dash = '\0';
		snprintf(s->first, sizeof s->first, "%.15s", range);
		snprintf(s->last, sizeof s->last, "%.15s", dash + 1);
	}
	if (find_own(s) == -1)
		return -1;
	if (s->first[0] == '\0')
		s->proxy = true;
	setup_say("card",
		  s->proxy ? "%s, %s; another server gives addresses"
			   : "%s, %s; machines get %s to %s",
		  s->card, s->own, s->first, s->last);
	return 0;
}

/* Returns true if a file of that name counts as an image for machines. */
static bool
is_image(const char *name)
{
	const char *dot = strrchr(name, '.');

	return name[0] != '.' && dot != NULL && strcmp(dot, ".squashfs") == 0 &&
	       strcmp(name, "site.squashfs") != 0;
}

/* Sets s->file to the path of the only image in the directory s->images, if
 * there is one.  Returns 0; -1: there are several, or the directory cannot be
 * read, which is logged. */
static int
find_image(struct setup *s)
{
	DIR *dir = opendir(s->images);
	struct dirent *e;
	size_t n = 0;

	if (dir == NULL && errno != ENOENT) {
		log_error("%s: %m", s->images);
		return -1;
	}
	while (dir != NULL && (e = readdir(dir)) != NULL) {
		if (!is_image(e->d_name))
			continue;
		free(s->file);
		s->file = path_in(s->images, e->d_name);
		n++;
	}
	if (dir != NULL)
		closedir(dir);
	if (n <= 1)
		return 0;
	log_error("%s: there are %zu images: --image names one", s->images, n);
	return -1;
}

/* Sets *file to the path of the file `name` beside the image, if that file
 * exists. */
static void
find_beside(const struct setup *s, const char *name, char **file)
{
	AUTO_FREE char *dir = strdup(s->file);
	AUTO_FREE char *path = NULL;

	*strrchr(dir, '/') = '\0';
	path = path_in(dir, name);
	if (access(path, R_OK) == 0)
		*file = TAKE_PTR(path);
}

static int
make_image(struct setup *s)
{
	AUTO_FREE char *program = path_in(s->bin, "vfield-mkimage");
	AUTO_FREE const char **argv =
	    calloc(s->nsource + MKIMAGE_WORDS, sizeof *argv);
	size_t n = 0;
	int status;

	if (argv == NULL)
		log_fatal("%m");
	argv[n++] = program;
	argv[n++] = s->nsource > 0 ? s->source[0] : "/";
	argv[n++] = "--output";
	argv[n++] = s->images;
	if (s->dry_run) {
		argv[n++] = "--dry-run";
	} else {
		argv[n++] = "--key";
		argv[n++] = s->keys;
		argv[n++] = "--site";
		argv[n++] = s->where.dir;
	}
	for (int i = 1; i < s->nsource; i++)
		argv[n++] = s->source[i];
	status = run_program_quiet(argv);
	if (status == 0 || status == 3)
		return 0;
	log_error("no image: what is said above goes after '--', as "
		  "in: " SETUP_PROGRAM " / -- --exclude etc/shadow");
	return -1;
}

int
setup_image(struct setup *s)
{
	if (s->image != NULL) {
		s->file = realpath(s->image, NULL);
		if (s->file == NULL) {
			log_error("%s: %m", s->image);
			return -1;
		}
	} else if (find_image(s) == -1) {
		return -1;
	}
	if (s->file != NULL) {
		setup_say("image", "%s is there", s->file);
	} else {
		setup_say("image", "%s of %s in %s",
			  s->dry_run ? "would be made" : "is made",
			  s->nsource > 0 ? s->source[0] : "/", s->images);
		if (make_image(s) == -1 || (!s->dry_run && find_image(s) == -1))
			return -1;
	}
	if (s->file == NULL && !s->dry_run) {
		log_error("%s: no image is there; --image names the one to use",
			  s->images);
		return -1;
	}
	if (s->file == NULL)
		return 0;
	find_beside(s, "words", &s->words);
	return 0;
}
