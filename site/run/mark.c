/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/run/mark.h"

#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/digest.h"
#include "lib/pread_all.h"

/* most bytes of a file that a mark can depend on */
#define MARK_FILE_MAX (16U << 20)

/* Replaces *all by the digest of *all and of the bytes. */
static void
add(struct digest *all, const void *bytes, size_t len)
{
	struct digest both[2] = {*all, digest_of(bytes, len)};

	*all = digest_of(both, sizeof both);
}

static int
add_file(struct digest *all, const char *path, off_t size)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	AUTO_FREE uint8_t *bytes = malloc(size + 1);

	if (fd == -1 || bytes == NULL || size > MARK_FILE_MAX ||
	    pread_all(fd, bytes, size, 0) == -1)
		return -1;
	add(all, bytes, size);
	return 0;
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool
left_out(const FTSENT *e, const char *const *names)
{
	for (; e->fts_level == 1 && *names != NULL; names++)
		if (strcmp(e->fts_name, *names) == 0)
			return true;
	return false;
}

/* Adds the names and bytes of all files in the directory, except those of the
 * names `but` at its top.  Returns 0; -1: a file cannot be read. */
static int
add_tree(struct digest *all, char *dir, const char *const *but)
{
	char *const paths[] = {dir, NULL};
	FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	int result = fts == NULL ? -1 : 0;
	FTSENT *e;

	while (result == 0 && (e = fts_read(fts)) != NULL) {
		if (left_out(e, but)) {
			fts_set(fts, e, FTS_SKIP);
		} else if (e->fts_info == FTS_F) {
			add(all, e->fts_name, e->fts_namelen);
			result =
			    add_file(all, e->fts_path, e->fts_statp->st_size);
		}
	}
	if (fts != NULL)
		fts_close(fts);
	return result;
}

void
mark_make(const struct facts *f, const struct plugin *p, const char *site,
	  char to[MARK_TEXT])
{
	static const char *const root[] = {"root", NULL};
	static const char *const known[] = {"hosts", "plugins", "disks", NULL};
	AUTO_FREE char *own = strdup(site);
	char **env = facts_env(f, p, "");
	struct digest all = {0};
	char hex[DIGEST_HEX];

	to[0] = '\0';
	for (size_t i = 0; env != NULL && env[i] != NULL; i++)
		add(&all, env[i], strlen(env[i]));
	if (env != NULL && own != NULL && add_tree(&all, p->dir, root) == 0 &&
	    add_tree(&all, own, known) == 0)
		snprintf(to, MARK_TEXT, "%.16s", digest_hex(&all, hex));
	facts_env_free(env);
}
