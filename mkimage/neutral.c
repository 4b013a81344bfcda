/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/neutral.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/source_inside.h"
#include "mkimage/systemd.h"

#define BLANKS " \t\n"

struct neutral {
	const char *root, *epoch, *dir;
	const struct patterns *out;
	FILE *pseudo;
	unsigned n; /* number of files made so far; the next is dir/n */
};

struct kind {
	/* path of the file, and of the directory that the source must have */
	const char *path, *in;
	unsigned mode;
	void (*write)(const struct neutral *n, const char *path, FILE *to);
};

/* --- the contents of the files --- */

static void
write_nothing(const struct neutral *n, const char *path, FILE *to)
{
}

static void
write_interfaces(const struct neutral *n, const char *path, FILE *to)
{
	fputs("auto lo\niface lo inet loopback\n", to);
}

void
neutral_shadow_line(const char *line, FILE *to)
{
	size_t name = strcspn(line, ":\n"), field;

	if (line[name] != ':')
		return;
	field = strcspn(line + name + 1, ":\n");
	fprintf(to, "%.*s:*%s", (int)name, line, line + name + 1 + field);
}

static void
write_shadow(const struct neutral *n, const char *path, FILE *to)
{
	AUTO_FCLOSE FILE *from = inside_fopen(n->root, path);
	AUTO_FREE char *line = NULL;
	size_t size = 0;

	while (from != NULL && getline(&line, &size, from) > 0)
		neutral_shadow_line(line, to);
}

/* Returns whether `word`, of len characters, is the host name `machine`, with
 * or without a domain. */
static bool
is_name_of(const char *word, size_t len, const char *machine)
{
	size_t n = strcspn(machine, ".");

	return n > 0 && len >= n && strncasecmp(word, machine, n) == 0 &&
	       (len == n || word[n] == '.');
}

void
neutral_hosts_line(const char *line, const char *machine, FILE *to)
{
	const char *address = line + strspn(line, BLANKS);
	const char *word = address + strcspn(address, BLANKS);
	AUTO_FREE char *names = NULL;
	size_t size;
	FILE *f;

	if (strncmp(address, "127.", 4) != 0 &&
	    strncmp(address, "::1", 3) != 0) {
		fputs(line, to);
		return;
	}
	f = open_memstream(&names, &size);
	if (f == NULL)
		log_fatal("etc/hosts: %m");
	for (size_t len; *(word += strspn(word, BLANKS)) != '\0'; word += len) {
		len = strcspn(word, BLANKS);
		if (*word == '#')
			break;
		if (!is_name_of(word, len, machine))
			fprintf(f, "\t%.*s", (int)len, word);
	}
	fclose(f);
	if (*names != '\0')
		fprintf(to, "%.*s%s\n", (int)strcspn(address, BLANKS), address,
			names);
}

static void
write_hosts(const struct neutral *n, const char *path, FILE *to)
{
	AUTO_FCLOSE FILE *names = inside_fopen(n->root, "etc/hostname");
	AUTO_FCLOSE FILE *from = inside_fopen(n->root, path);
	AUTO_FREE char *machine = NULL;
	AUTO_FREE char *line = NULL;
	size_t size = 0, got = 0;

	if (names != NULL && getline(&machine, &got, names) > 0)
		machine[strcspn(machine, BLANKS)] = '\0';
	if (from == NULL)
		fputs("127.0.0.1\tlocalhost\n::1\tlocalhost\n", to);
	while (from != NULL && getline(&line, &size, from) > 0)
		neutral_hosts_line(line, machine != NULL ? machine : "", to);
}

/* --- making the files --- */

static bool
is_there(const struct neutral *n, const char *path, unsigned type)
{
	AUTO_FREE char *real = inside_path(n->root, path, type);

	return real != NULL;
}

static FILE *
make_file(struct neutral *n, const char *path, unsigned mode)
{
	AUTO_FREE char *name = NULL;
	FILE *f;

	if (asprintf(&name, "%s/%u", n->dir, n->n) == -1)
		log_fatal("%s: %m", path);
	f = fopen(name, "we");
	if (f == NULL)
		log_error("%s: %m", name);
	fprintf(n->pseudo, "%s F %s %o 0 0 cat \"$VFIELD_NEUTRAL/%u\"\n", path,
		n->epoch, mode, n->n++);
	return f;
}

static int
end_file(FILE *f)
{
	if (f != NULL && fclose(f) == 0)
		return 0;
	log_error("neutral files: %m");
	return -1;
}

static int
make_one(struct neutral *n, const struct kind *k)
{
	FILE *f;

	if (!patterns_match(n->out, k->path, false) ||
	    patterns_hide(n->out, k->in) || !is_there(n, k->in, S_IFDIR))
		return 0;
	f = make_file(n, k->path, k->mode);
	if (f != NULL)
		k->write(n, k->path, f);
	return end_file(f);
}

/* Returns whether SSH's host keys have to be made at boot: whether sshd and
 * ssh-keygen are in the source, and the source's own keys stay out of the
 * image. */
static bool
wants_keys(const struct neutral *n)
{
	return patterns_match(n->out, "etc/ssh/ssh_host_rsa_key", false) &&
	       is_there(n, "etc/ssh", S_IFDIR) &&
	       is_there(n, "usr/sbin/sshd", S_IFREG) &&
	       is_there(n, "usr/bin/ssh-keygen", S_IFREG);
}

static int
make_units(struct neutral *n)
{
	FILE *f;

	if (!systemd_is_in(n->root) || !wants_keys(n) ||
	    !is_there(n, SYSTEMD_OWN, S_IFDIR))
		return 0;
	if (!is_there(n, SYSTEMD_WANTS, S_IFDIR))
		fprintf(n->pseudo, "%s D %s 755 0 0\n", SYSTEMD_WANTS,
			n->epoch);
	f = make_file(n, SYSTEMD_OWN "/" SYSTEMD_KEYS, 0644);
	if (f != NULL)
		systemd_write_keys(f);
	fprintf(n->pseudo, "%s/%s S %s 777 0 0 ../%s\n", SYSTEMD_WANTS,
		SYSTEMD_KEYS, n->epoch, SYSTEMD_KEYS);
	return end_file(f);
}

/* Warns if nothing will make sshd's host keys at boot.  OpenRC and runit make
 * them in the script that starts sshd, and for systemd make_units() adds a
 * unit. */
static void
say_no_keys(const struct neutral *n)
{
	if (!systemd_is_in(n->root) && wants_keys(n) &&
	    !is_there(n, "sbin/openrc", S_IFREG) &&
	    !is_there(n, "sbin/runit", S_IFREG))
		log_warn("the image has sshd, and nothing that makes its host "
			 "keys at boot: ssh-keygen -A must be run before it");
}

int
neutral_make(const char *root, const struct patterns *out, const char *epoch,
	     const char *dir, FILE *pseudo)
{
	static const struct kind kinds[] = {
	    {"etc/machine-id", "etc", 0444, write_nothing},
	    {"etc/fstab", "etc", 0644, write_nothing},
	    {"etc/hosts", "etc", 0644, write_hosts},
	    {"etc/shadow", "etc", 0640, write_shadow},
	    {"etc/gshadow", "etc", 0640, write_shadow},
	    {"etc/network/interfaces", "etc/network", 0644, write_interfaces},
	};
	struct neutral n = {.root = root,
			    .epoch = epoch,
			    .dir = dir,
			    .out = out,
			    .pseudo = pseudo};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (make_one(&n, &kinds[i]) == -1)
			return -1;
	say_no_keys(&n);
	return make_units(&n);
}
