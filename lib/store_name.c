/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Files in a store's directory may have come on a disk that someone else
 * wrote to.  So a link is never followed: its text is read, and must be one
 * that store_link could have been asked to make. */
#include "lib/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/store_impl.h"

#define NAMES "names"
#define DEFAULT "default"
#define UP "../" /* before the id in the links of NAMES */

static int
open_dir(int at, const char *name)
{
	return openat(at, name,
		      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int
store_remove(int at, const char *name)
{
	if (unlinkat(at, name, 0) == 0)
		return 0;
	return errno == EISDIR ? unlinkat(at, name, AT_REMOVEDIR) : -1;
}

int
store_subdir(int at, const char *name, bool make)
{
	int fd = open_dir(at, name);

	if (fd != -1 || !make)
		return fd;
	if ((errno == ENOTDIR || errno == ELOOP) &&
	    store_remove(at, name) == -1)
		return -1;
	if (mkdirat(at, name, 0777) == -1 && errno != EEXIST)
		return -1;
	return open_dir(at, name);
}

int
store_link(int at, const char *name, const char *target)
{
	static const char temp[] = ".new-link"; /* no name may begin so */

	store_remove(at, temp);
	if (symlinkat(target, at, temp) == -1)
		return -1;
	if (renameat(at, temp, at, name) == 0)
		return 0;
	store_remove(at, name); /* a directory that should not be there */
	return renameat(at, temp, at, name);
}

/* The id in a link whose text is the prefix and the id. */
static int
read_id(int at, const char *name, const char *prefix, struct digest *id)
{
	char text[sizeof UP + DIGEST_HEX];
	size_t skip = strlen(prefix);
	ssize_t len = readlinkat(at, name, text, sizeof text);

	if (len == -1 && errno != EINVAL)
		return -1;
	if (len == -1 || (size_t)len < skip ||
	    memcmp(text, prefix, skip) != 0) {
		errno = EINVAL;
		return -1;
	}
	return digest_parse(text + skip, len - skip, id);
}

int
store_resolve(int at, const char *name, struct digest *id)
{
	AUTO_CLOSE int names = -1;

	if (*name == '\0')
		return read_id(at, DEFAULT, "", id);
	if (digest_parse(name, strlen(name), id) == 0)
		return 0;
	if (!manifest_name_ok(name, strlen(name))) {
		errno = ENOENT;
		return -1;
	}
	names = store_subdir(at, NAMES, false);
	return names == -1 ? -1 : read_id(names, name, UP, id);
}

int
store_set_name(int at, const char *name, const struct digest *id)
{
	AUTO_CLOSE int names = store_subdir(at, NAMES, true);
	char target[sizeof UP + DIGEST_HEX] = UP;

	if (names == -1)
		return -1;
	digest_hex(id, target + strlen(UP));
	return store_link(names, name, target);
}

int
store_set_default(const char *dir, const struct manifest *m)
{
	AUTO_CLOSE int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char hex[DIGEST_HEX];

	if (at == -1)
		return -1;
	if (store_link(at, DEFAULT, digest_hex(&m->id, hex)) == -1)
		return -1;
	return store_set_name(at, m->name, &m->id);
}

static int
named(const struct dirent *e)
{
	return manifest_name_ok(e->d_name, strlen(e->d_name));
}

/* The directory's names, in order; 0 and none if there is no directory. */
static int
scan_names(int at, struct dirent ***entries)
{
	int n = scandirat(at, NAMES, entries, named, alphasort);

	if (n == -1 && (errno == ENOENT || errno == ENOTDIR)) {
		*entries = NULL;
		return 0;
	}
	return n;
}

int
store_list(const char *dir,
	   int (*fn)(void *ctx, const char *name, const struct digest *id),
	   void *ctx)
{
	AUTO_CLOSE int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent **entries;
	int result = 0, n;

	if (at == -1)
		return errno == ENOENT ? 0 : -1;
	n = scan_names(at, &entries);
	for (int i = 0; i < n; i++) {
		struct digest id;

		if (result == 0 &&
		    store_resolve(at, entries[i]->d_name, &id) == 0 &&
		    store_is_open(at, &id))
			result = fn(ctx, entries[i]->d_name, &id);
		free(entries[i]);
	}
	if (n != -1)
		free(entries);
	return n == -1 ? -1 : result;
}
