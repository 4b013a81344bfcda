/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "installer/settings.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "installer/kernel_word.h"
#include "installer/order.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/program_dir.h"
#include "site/shelf.h"
#include "site/site.h"

/* most bytes of a site's id */
#define SITE_ID_MAX 256
/* Directory of the site in force, into which the initramfs has unpacked it, and
 * the directory that is used if there is no such site. */
#define SITE_IN_FORCE "/run/vfield/site"
#define SITE_OWN "/etc/vfield/site"
/* bytes of a kernel's command line, with the NUL; no architecture has more */
#define KERNEL_LINE_MAX 4096

/* The site and its plugins, which are never freed, since settings point to
 * their strings. */
static struct site *site;
static struct shelf *shelf;

/* Returns a formatted string that lives until the program ends. */
static const char *keep(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

static const char *
keep(const char *fmt, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n == -1)
		log_fatal("%m");
	return text;
}

void
settings_kernel(struct settings *s)
{
	AUTO_FCLOSE FILE *f = fopen("/proc/cmdline", "re");
	char line[KERNEL_LINE_MAX] = "";

	if (f != NULL && fgets(line, sizeof line, f) == NULL)
		*line = '\0';
	s->kernel_line = keep("%s", line);
}

int
settings_host(struct settings *s)
{
	char name[HOST_NAME_MAX + 1] = "";

	if (s->host == NULL) {
		gethostname(name, sizeof name - 1);
		name[strcspn(name, ".")] = '\0';
		s->host = keep("%s", name);
	}
	if (stamp_word_ok(s->host))
		return 0;
	log_error("%s: no name of a host (--host)", s->host);
	return -1;
}

static int
read_site_id(struct settings *s)
{
	AUTO_FREE char *path = NULL;
	AUTO_FCLOSE FILE *f = NULL;
	char line[SITE_ID_MAX] = "";

	if (asprintf(&path, "%s/id", s->site) == -1)
		return -1;
	f = fopen(path, "re");
	if (f != NULL && fgets(line, sizeof line, f) != NULL)
		line[strcspn(line, "\n")] = '\0';
	if (*line == '\0' && kernel_value(s->kernel_line, "vfield.trust", line,
					  sizeof line) == -1) {
		log_error("%s: the site has no id, by which its disks are "
			  "known, and no key is trusted (--site-id)",
			  path);
		return -1;
	}
	s->site_id = keep("%s", line);
	return 0;
}

/* Sets s->module_dir: the directory beside the program, if it runs where it was
 * built; else PREFIX/share. */
static int
find_modules(struct settings *s)
{
	AUTO_FREE char *dir = program_dir();

	if (dir == NULL) {
		log_error("modules: %m");
		return -1;
	}
	s->module_dir = keep("%s/../lib/installer/modules", dir);
	if (access(s->module_dir, X_OK) == -1)
		s->module_dir = keep("%s/../share/vfield/modules", dir);
	return 0;
}

/* Returns the elements of the list `key`, joined with blanks; NULL: the list is
 * empty. */
static const char *
list_of(const struct site_host *h, const char *key)
{
	const struct site_value *const *v;
	const char *text = NULL;
	size_t n;

	v = site_values(h, key, &n);
	for (size_t i = 0; i < n; i++)
		text =
		    text == NULL ? v[i]->text : keep("%s %s", text, v[i]->text);
	return text;
}

static void
take(struct settings *s, const struct site_host *h)
{
	const char *disk = site_get(h, "disk");
	const char *from = site_get(h, "boot_from");
	const char *base = site_get(h, "base");

	if (s->disks == NULL && disk != NULL)
		s->disks = keep("%s/disks/%s", s->site, disk);
	s->sources = site_get(h, "sources");
	s->image = site_get(h, "image");
	s->replica = base != NULL && strcmp(base, "image") == 0;
	s->from_disk = from != NULL && strcmp(from, "disk") == 0;
	s->card = site_get(h, "mac");
	/* The lists are for a system on the disk, of which there is none. */
	if (s->modules == NULL && !s->replica)
		s->modules = list_of(h, s->repair ? "repair" : "install");
}

/* Sets s->packages to the packages that the host's plugins need. */
static int
take_packages(struct settings *s, const struct site_host *h)
{
	struct plugin *plugins[SHELF_HOST_MAX];
	char why[PLUGIN_WHY];
	int n = shelf_host(shelf, h, plugins, why);

	if (n == -1) {
		log_error("%s: %s", s->host, why);
		return -1;
	}
	s->packages = "";
	for (int i = 0; i < n; i++)
		for (size_t k = 0; k < plugins[i]->npackages; k++)
			s->packages =
			    keep("%s %s", s->packages, plugins[i]->packages[k]);
	return 0;
}

/* Loads the site into `site`, unless that is done.  If the site has no file
 * hosts, `site` stays NULL.  Returns 0, or -1 with the error logged. */
static int
load_site(struct settings *s)
{
	struct site_errors errors = {0};
	struct site_plugins plugins;

	if (s->site == NULL)
		s->site = access(SITE_IN_FORCE "/" SITE_HOSTS, F_OK) == 0
			      ? SITE_IN_FORCE
			      : SITE_OWN;
	if (site != NULL || access(keep("%s/" SITE_HOSTS, s->site), F_OK) == -1)
		return 0;
	shelf = shelf_new(s->site, NULL);
	if (shelf == NULL) {
		log_error("%s: %m", s->site);
		return -1;
	}
	plugins = shelf_site_plugins(shelf);
	site = site_load(s->site, &plugins, &errors);
	for (size_t i = 0; i < errors.n && i < SITE_ERRORS_MAX; i++)
		log_error("%s/%s:%u: %s", s->site, errors.v[i].file,
			  errors.v[i].line, errors.v[i].text);
	return site != NULL ? 0 : -1;
}

int
settings_card(struct settings *s, const char **mac)
{
	const struct site_host *h;

	if (load_site(s) == -1)
		return -1;
	h = site != NULL ? site_host(site, s->host) : NULL;
	*mac = h != NULL ? site_get(h, "mac") : NULL;
	return 0;
}

/* Sets the settings that the site gives this host, and that no option gives. */
static int
ask_site(struct settings *s)
{
	const struct site_host *h;

	if (load_site(s) == -1)
		return -1;
	if (site == NULL)
		return 0;
	h = site_host(site, s->host);
	if (h == NULL) {
		log_error("%s: the site has no host of this name", s->host);
		return -1;
	}
	take(s, h);
	return s->packages != NULL ? 0 : take_packages(s, h);
}

int
settings_complete(struct settings *s)
{
	if (settings_host(s) == -1)
		return -1;
	if (ask_site(s) == -1)
		return -1;
	if (s->site_id == NULL && read_site_id(s) == -1)
		return -1;
	if (s->module_dir == NULL && find_modules(s) == -1)
		return -1;
	if (s->disks == NULL)
		s->disks = keep("%s/disks/default", s->site);
	if (s->modules == NULL && s->replica)
		s->modules = s->repair ? ORDER_REPAIR_REPLICA : ORDER_REPLICA;
	else if (s->modules == NULL)
		s->modules = s->repair ? ORDER_REPAIR : ORDER_INSTALL;
	if (s->limit == 0 || s->limit > INT_MAX / 1000) {
		log_error("--limit: no number of seconds");
		return -1;
	}
	return 0;
}
