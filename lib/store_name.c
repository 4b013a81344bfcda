/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file makes and reads the links and directories of stores.  They may lie
 * on a disk that a stranger has written to.  So a link is never followed: its
 * text is read, and must be one that store_link could have written. */
#include "lib/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/image_name.h"
#include "lib/store_inside.h"

#define NAMES "names"
#define DEFAULT "default"
#define UP "../" /* the target of a link in NAMES is this text and an id */

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
	/* the link's first name; no image's name begins with a dot */
	static const char temp[] = ".new-link";

	store_remove(at, temp);
	if (symlinkat(target, at, temp) == -1)
		return -1;
	if (renameat(at, temp, at, name) == 0)
		return 0;
	/* renameat replaces no directory: removes one that a stranger has
	 * made */
	store_remove(at, name);
	return renameat(at, temp, at, name);
}

/* Reads the id from a link whose text is `prefix` followed by the id.  Returns
 * 0, or -1 and errno; EINVAL: the link has another text, or `name` is no
 * link. */
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

/* Reads the image's name from the header of the manifest in DIR/ID.  Returns 0,
 * or -1 and EINVAL. */
static int
read_name(int at, const struct digest *id, char name[MANIFEST_NAME_MAX + 1])
{
	AUTO_CLOSE int sub = -1;
	AUTO_CLOSE int fd = -1;
	uint8_t head[MANIFEST_NAME_AT + MANIFEST_NAME_MAX];
	char hex[DIGEST_HEX];
	ssize_t n;
	size_t len;

	sub = store_subdir(at, digest_hex(id, hex), false);
	if (sub != -1)
		fd = openat(sub, "manifest",
			    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	n = fd == -1 ? -1 : pread(fd, head, sizeof head, 0);
	len = n > MANIFEST_NAME_AT ? head[MANIFEST_NAME_AT - 1] : 0;
	if ((size_t)n < MANIFEST_NAME_AT + len ||
	    !manifest_name_ok((char *)head + MANIFEST_NAME_AT, len)) {
		errno = EINVAL;
		return -1;
	}
	memcpy(name, head + MANIFEST_NAME_AT, len);
	name[len] = '\0';
	return 0;
}

static int
is_id(const struct dirent *e)
{
	struct digest id;

	return digest_parse(e->d_name, strlen(e->d_name), &id) == 0;
}

/* An image that has a store in the store directory, with its name. */
struct lying {
	struct digest id;
	char name[MANIFEST_NAME_MAX + 1];
};

/* Lists, in a malloc'ed *list, the images of a directory for which `wanted`
 * returns true.  Returns their number, or -1 and errno. */
static int
scan(int at, bool (*wanted)(int at, const struct digest *id),
     struct lying **list)
{
	struct dirent **entries;
	int n = scandirat(at, ".", &entries, is_id, alphasort), found = 0;

	if (n == -1)
		return -1;
	*list = calloc(n + 1, sizeof **list);
	for (int i = 0; i < n; i++) {
		struct lying l;

		if (*list != NULL &&
		    digest_parse(entries[i]->d_name, strlen(entries[i]->d_name),
				 &l.id) == 0 &&
		    wanted(at, &l.id) && read_name(at, &l.id, l.name) == 0)
			(*list)[found++] = l;
		free(entries[i]);
	}
	free(entries);
	return *list == NULL ? -1 : found;
}

/* Finds the image that n means by its name and the first digits of its id.
 * Returns 0, or -1 and errno; ENOENT: no image; ENOTUNIQ: several images. */
static int
resolve_by_id(int at, const struct image_name *n, struct digest *id)
{
	AUTO_FREE struct lying *list = NULL;
	int count = scan(at, store_is_open, &list), found = 0;

	for (int i = 0; i < count; i++)
		if (image_name_means(n, list[i].name, &list[i].id)) {
			*id = list[i].id;
			found++;
		}
	if (found == 1)
		return 0;
	errno = found == 0 ? ENOENT : ENOTUNIQ;
	return -1;
}

int
store_resolve(int at, const char *name, struct digest *id)
{
	AUTO_CLOSE int names = -1;
	struct image_name n;

	if (*name == '\0')
		return read_id(at, DEFAULT, "", id);
	if (digest_parse(name, strlen(name), id) == 0)
		return 0;
	if (image_name_parse(name, strlen(name), &n) == -1) {
		errno = ENOENT;
		return -1;
	}
	if (n.id[0] != '\0')
		return resolve_by_id(at, &n, id);
	names = store_subdir(at, NAMES, false);
	return names == -1 ? -1 : read_id(names, name, UP, id);
}

int
store_find(const char *dir, const char *name, struct digest *id)
{
	AUTO_CLOSE int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return at == -1 ? -1 : store_resolve(at, name, id);
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

/* Returns true if a router has the image open now.  That router is this
 * process, since a store directory belongs to one router. */
static bool
is_locked(int at, const struct digest *id)
{
	AUTO_CLOSE int sub = -1;
	char hex[DIGEST_HEX];

	sub = store_subdir(at, digest_hex(id, hex), false);
	return sub != -1 && flock(sub, LOCK_SH | LOCK_NB) == -1 &&
	       errno == EWOULDBLOCK;
}

/* Returns the id of the image that a name means: `said`, if that image has the
 * name, else the only image in `list` that has the name; NULL if none or
 * several have it. */
static const struct digest *
meant(const struct lying *list, int n, const char *name,
      const struct digest *said)
{
	const struct digest *found = NULL;
	int count = 0;

	for (int i = 0; i < n; i++) {
		if (strcmp(list[i].name, name) != 0)
			continue;
		if (said != NULL && digest_equal(&list[i].id, said))
			return said;
		found = &list[i].id;
		count++;
	}
	return count == 1 ? found : NULL;
}

/* Makes anew the links of all names that the router's images have; `said` is
 * the image that an administrator has chosen, or NULL.  Names of images that no
 * router has open stay as they are.  Returns 0, or -1 and errno. */
static int
name_all(int at, const struct digest *said)
{
	AUTO_FREE struct lying *list = NULL;
	AUTO_CLOSE int names = store_subdir(at, NAMES, true);
	int n = scan(at, is_locked, &list), result = 0;

	if (names == -1 || n == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		const struct digest *id = meant(list, n, list[i].name, said);

		if (id == NULL)
			store_remove(names, list[i].name);
		else if (store_set_name(at, list[i].name, id) == -1)
			result = -1;
	}
	return result;
}

int
store_set_default(const char *dir, const struct manifest *m, bool said)
{
	AUTO_CLOSE int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char hex[DIGEST_HEX];

	if (at == -1)
		return -1;
	if (store_link(at, DEFAULT, digest_hex(&m->id, hex)) == -1)
		return -1;
	return name_all(at, said ? &m->id : NULL);
}

/* Returns 1 if a file of that name belongs to a store, or was left by a crash,
 * such as "manifest.XXXXXX" by manifest_save; else 0. A filter for
 * scandirat. */
static int
is_own_file(const struct dirent *e)
{
	static const char *const names[] = {
	    "manifest", "map",     "data",        "base",
	    "profile",  "map.new", "profile.new", ".new-link"};
	static const char fresh[] = "manifest.";

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(e->d_name, names[i]) == 0)
			return true;
	return strncmp(e->d_name, fresh, strlen(fresh)) == 0 &&
	       strlen(e->d_name) == strlen(fresh) + 6;
}

/* Removes the files of a store (is_own_file) from its directory sub, and
 * nothing else.  Returns 0, or -1 and errno if some could not be removed. */
static int
empty(int sub)
{
	struct dirent **entries;
	int n = scandirat(sub, ".", &entries, is_own_file, NULL), result = 0;

	if (n == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		if (store_remove(sub, entries[i]->d_name) == -1)
			result = -1;
		free(entries[i]);
	}
	free(entries);
	return result;
}

int
store_forget(const char *dir, const struct digest *id)
{
	AUTO_CLOSE int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO_CLOSE int names = -1;
	AUTO_CLOSE int sub = -1;
	char name[MANIFEST_NAME_MAX + 1], hex[DIGEST_HEX];
	struct digest other;

	if (at == -1)
		return -1;
	names = store_subdir(at, NAMES, false);
	if (names != -1 && read_name(at, id, name) == 0 &&
	    read_id(names, name, UP, &other) == 0 && digest_equal(&other, id))
		store_remove(names, name);
	if (read_id(at, DEFAULT, "", &other) == 0 && digest_equal(&other, id))
		store_remove(at, DEFAULT);
	sub = store_subdir(at, digest_hex(id, hex), false);
	if (sub == -1)
		return errno == ENOENT ? 0 : -1;
	if (flock(sub, LOCK_EX | LOCK_NB) == -1 || empty(sub) == -1)
		return -1;
	return unlinkat(at, hex, AT_REMOVEDIR);
}

/* An entry of the plugin's list of exports. */
struct listed {
	struct digest id;
	char text[IMAGE_NAME_TEXT];
};

static int
by_text(const void *a, const void *b)
{
	return strcmp(((const struct listed *)a)->text,
		      ((const struct listed *)b)->text);
}

int
store_list(const char *dir,
	   int (*fn)(void *ctx, const char *name, const struct digest *id),
	   void *ctx)
{
	AUTO_CLOSE int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO_FREE struct lying *list = NULL;
	AUTO_FREE struct listed *out = NULL;
	int result = 0, n;

	if (at == -1)
		return errno == ENOENT ? 0 : -1;
	n = scan(at, store_is_open, &list);
	out = n == -1 ? NULL : calloc(n + 1, sizeof *out);
	if (out == NULL)
		return -1;
	for (int i = 0; i < n; i++) {
		struct digest id;

		out[i].id = list[i].id;
		if (store_resolve(at, list[i].name, &id) == 0 &&
		    digest_equal(&id, &list[i].id))
			strcpy(out[i].text, list[i].name);
		else
			image_name_text(list[i].name, &list[i].id, out[i].text);
	}
	qsort(out, n, sizeof *out, by_text);
	for (int i = 0; i < n && result == 0; i++)
		result = fn(ctx, out[i].text, &out[i].id);
	return result;
}
