/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/systemd.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "mkimage/inside.h"

/* The number in libsystemd-shared-252.so. */
static unsigned
version_in(const char *root, const char *name)
{
	static const char prefix[] = "libsystemd-shared-";
	AUTO_FREE char *path = inside_path(root, name, S_IFDIR);
	DIR *dir = path != NULL ? opendir(path) : NULL;
	unsigned version = 0;
	struct dirent *e;

	while (dir != NULL && version == 0 && (e = readdir(dir)) != NULL)
		if (strncmp(e->d_name, prefix, sizeof prefix - 1) == 0)
			version =
			    strtoul(e->d_name + sizeof prefix - 1, NULL, 10);
	if (dir != NULL)
		closedir(dir);
	return version;
}

unsigned
systemd_version(const char *root)
{
	static const char *const dirs[] = {"usr/lib/systemd", "lib/systemd",
					   "usr/lib/x86_64-linux-gnu/systemd",
					   "usr/lib/aarch64-linux-gnu/systemd",
					   "usr/lib64/systemd"};
	AUTO_FREE char *init =
	    inside_path(root, "usr/lib/systemd/systemd", S_IFREG);
	AUTO_FREE char *old = inside_path(root, "lib/systemd/systemd", S_IFREG);
	unsigned version = 0;

	if (init == NULL && old == NULL)
		return 0;
	for (size_t i = 0; i < sizeof dirs / sizeof *dirs && version == 0; i++)
		version = version_in(root, dirs[i]);
	return version;
}

void
systemd_write_keys(FILE *to)
{
	fputs("[Unit]\n"
	      "Description=SSH host keys of this machine\n"
	      "ConditionPathExistsGlob=!/etc/ssh/ssh_host_*_key\n"
	      "Before=ssh.service sshd.service ssh.socket sshd.socket\n"
	      "\n"
	      "[Service]\n"
	      "Type=oneshot\n"
	      "RemainAfterExit=yes\n"
	      "ExecStart=/usr/bin/ssh-keygen -A\n",
	      to);
}

static bool
ends_with(const char *name, const char *end)
{
	size_t a = strlen(name), b = strlen(end);

	return a > b && strcmp(name + a - b, end) == 0;
}

/* An instance "x@y.service" is enabled as its template's "y". */
static void
write_enabled(const char *name, FILE *to)
{
	const char *at = strchr(name, '@'), *dot = strrchr(name, '.');

	if (name[0] == '.' || dot == NULL || strpbrk(name, " \t\n") != NULL)
		return;
	if (at != NULL && dot > at + 1)
		fprintf(to, "enable %.*s@%s %.*s\n", (int)(at - name), name,
			dot, (int)(dot - at - 1), at + 1);
	else
		fprintf(to, "enable %s\n", name);
}

static void
write_links(const char *dir, FILE *to)
{
	struct dirent **list;
	int n = scandir(dir, &list, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		if (list[i]->d_type == DT_LNK)
			write_enabled(list[i]->d_name, to);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
}

/* Aliases are links in the directory itself. */
void
systemd_write_presets(const char *root, FILE *to)
{
	AUTO_FREE char *own = inside_path(root, SYSTEMD_OWN, S_IFDIR);
	struct dirent **list = NULL;
	int n = own != NULL ? scandir(own, &list, NULL, alphasort) : -1;

	fputs("# An image's machines start without an id, and what is enabled "
	      "is as it was.\n",
	      to);
	for (int i = 0; i < n; i++) {
		AUTO_FREE char *dir = NULL;

		if ((ends_with(list[i]->d_name, ".wants") ||
		     ends_with(list[i]->d_name, ".requires")) &&
		    asprintf(&dir, "%s/%s", own, list[i]->d_name) != -1)
			write_links(dir, to);
		free(list[i]);
	}
	free(list);
	if (own != NULL)
		write_links(own, to);
	fputs("enable " SYSTEMD_KEYS "\ndisable *\n", to);
}
