/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/store_place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/remove_tree.h"
#include "lib/run_as.h"
#include "lib/store.h"
#include "vfield/human.h"
#include "vfield/run_dir.h"

#define MEMORY_DIR "/dev/shm"
/* how the name of a store's directory in memory begins; 16 hexadecimal digits
 * follow */
#define MEMORY_NAME "vfield-"
#define WALK_FDS 16

static char *
memory_dir(const char *run_dir)
{
	char real[PATH_MAX], *dir;

	if (realpath(run_dir, real) == NULL)
		snprintf(real, sizeof real, "%s", run_dir);
	if (asprintf(&dir, MEMORY_DIR "/" MEMORY_NAME "%016" PRIx64,
		     (uint64_t)XXH64(real, strlen(real), 0)) == -1)
		return NULL;
	return dir;
}

/* Returns whether a store's directory of that user is ours: root's, or that of
 * the user as which routers run. */
static bool
is_ours(uid_t uid)
{
	const struct passwd *router;

	if (uid == geteuid() || geteuid() != 0)
		return uid == geteuid();
	router = getpwnam(RUN_AS_ROUTER);
	return router != NULL && router->pw_uid == uid;
}

/* Makes the store's directory in memory, or takes the one that is there.
 * Everybody may write in /dev/shm, so a directory of that name may be another
 * user's; mkdir and lstat do not follow a link that was laid there.  Returns 0;
 * -1: the log says why. */
static int
make_private(struct store_place *p)
{
	struct stat st;

	if (mkdir(p->dir, 0700) == 0) {
		p->made = true;
		return 0;
	}
	if (errno != EEXIST || lstat(p->dir, &st) == -1) {
		log_error("store %s: cannot make it: %m; name a directory "
			  "with --store-dir",
			  p->dir);
		return -1;
	}
	if (!S_ISDIR(st.st_mode) || !is_ours(st.st_uid) ||
	    (st.st_mode & 022) != 0) {
		log_error("store %s: it is there, and not ours; remove it, or "
			  "name another with --store-dir",
			  p->dir);
		return -1;
	}
	return 0;
}

/* The bytes that add_bytes has counted; global, since nftw gives its callback
 * no context. */
static uint64_t walked_bytes;

static int
add_bytes(const char *path, const struct stat *st, int type, struct FTW *at)
{
	if (type == FTW_F)
		walked_bytes += (uint64_t)st->st_blocks * 512;
	return 0;
}

static uint64_t
bytes_in(const char *dir)
{
	walked_bytes = 0;
	nftw(dir, add_bytes, WALK_FDS, FTW_PHYS);
	return walked_bytes;
}

/* Returns true if a living process uses the store in the directory: the router
 * locks the directory of each image in it, the supervisor the directory
 * itself.
 */
static bool
is_alive(int dir)
{
	AUTO_CLOSE int copy = openat(dir, ".", O_RDONLY | O_CLOEXEC);
	struct dirent *e;
	bool alive = flock(dir, LOCK_EX | LOCK_NB) == -1;
	DIR *d = copy != -1 ? fdopendir(copy) : NULL;

	if (d == NULL)
		return true;
	(void)TAKE_FD(copy);
	while (!alive && (e = readdir(d)) != NULL) {
		AUTO_CLOSE int sub =
		    openat(dir, e->d_name,
			   O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		alive = e->d_name[0] != '.' && sub != -1 &&
			flock(sub, LOCK_EX | LOCK_NB) == -1;
	}
	closedir(d);
	return alive;
}

static void
free_abandoned(const char *path)
{
	AUTO_CLOSE int fd =
	    open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	char size[HUMAN_TEXT];
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1 || !is_ours(st.st_uid) ||
	    is_alive(fd))
		return;
	log_info("store %s: freed, %s: its node was killed, and is gone", path,
		 human_bytes(bytes_in(path), size));
	remove_tree(path);
}

/* Removes all stores in memory whose nodes were killed and do not live now,
 * except the directory `own`. */
static void
free_all_abandoned(const char *own)
{
	DIR *d = opendir(MEMORY_DIR);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		AUTO_FREE char *path = path_in(MEMORY_DIR, e->d_name);

		if (strncmp(e->d_name, MEMORY_NAME, strlen(MEMORY_NAME)) == 0 &&
		    strcmp(path, own) != 0)
			free_abandoned(path);
	}
	if (d != NULL)
		closedir(d);
}

/* Makes and locks the store's directory in memory.  If another node that starts
 * removes an old directory of that name meanwhile, the directory is made once
 * more.  Returns 0; -1: the log says why. */
static int
make_locked(struct store_place *p)
{
	struct stat ours, there;

	for (;;) {
		if (make_private(p) == -1)
			return -1;
		p->lock = open(p->dir,
			       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (p->lock == -1 || flock(p->lock, LOCK_SH) == -1) {
			log_error("store %s: %m", p->dir);
			return -1;
		}
		if (fstat(p->lock, &ours) == 0 && lstat(p->dir, &there) == 0 &&
		    ours.st_ino == there.st_ino)
			break;
		close(p->lock);
		p->lock = -1;
	}
	free_all_abandoned(p->dir);
	return 0;
}

/* Returns true, and logs that, if the store's directory has an entry `name` of
 * another type than `ours` (S_IFLNK, S_IFDIR).  Such an entry was not made by a
 * store, and the store would replace it. */
static bool
is_anothers(const char *dir, const char *name, mode_t ours)
{
	AUTO_FREE char *path = path_in(dir, name);
	struct stat st;

	if (lstat(path, &st) == -1 || (st.st_mode & S_IFMT) == ours)
		return false;
	log_error("store %s: %s is there, and not ours; remove it, or name "
		  "another directory with --store-dir",
		  dir, path);
	return true;
}

static int
make_named(struct store_place *p)
{
	struct stat st;

	p->made = stat(p->dir, &st) == -1;
	if (make_directories(p->dir, 0700) == -1 ||
	    access(p->dir, R_OK | W_OK | X_OK) == -1) {
		log_error("store %s: %m; name a directory that can be written "
			  "with --store-dir",
			  p->dir);
		return -1;
	}
	if (is_anothers(p->dir, "default", S_IFLNK) ||
	    is_anothers(p->dir, "names", S_IFDIR))
		return -1;
	return 0;
}

uint64_t
memory_available(void)
{
	AUTO_FCLOSE FILE *f = fopen("/proc/meminfo", "re");
	char line[128];
	uint64_t kib;

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1)
			return kib << 10;
	return 0;
}

uint64_t
store_place_budget(uint64_t available, uint64_t room, uint64_t held)
{
	uint64_t free_bytes;

	/* Half of the available memory is left to other programs, and a tenth
	 * of the file system's free room to its other users. */
	free_bytes = room - room / 10;
	if (available != UINT64_MAX && available / 2 < free_bytes)
		free_bytes = available / 2;
	return held + free_bytes;
}

static int
measure(const struct node_config *c, struct store_place *p)
{
	uint64_t available = p->in_memory ? memory_available() : UINT64_MAX;
	bool all = c->set.store == OPTION_ALL;
	uint64_t permitted;
	struct statvfs fs;
	char a[HUMAN_TEXT], b[HUMAN_TEXT];

	if (statvfs(p->dir, &fs) == -1) {
		log_error("store %s: %m", p->dir);
		return -1;
	}
	permitted = store_place_budget(
	    available, (uint64_t)fs.f_bavail * fs.f_frsize, bytes_in(p->dir));
	p->budget = all ? permitted : c->set.store;
	if (!all && p->budget < STORE_BUDGET_MIN) {
		log_warn(
		    "store %s: %s wanted, which is less than the %s that a "
		    "node needs to pass on what others read through it; "
		    "these are used",
		    p->dir, human_bytes(p->budget, a),
		    human_bytes(STORE_BUDGET_MIN, b));
		p->budget = STORE_BUDGET_MIN;
	}
	if (all && p->budget < STORE_BUDGET_MIN)
		log_warn("store %s: room for %s only, and a node needs %s to "
			 "pass on what others read through it; make room, or "
			 "name another directory with --store-dir",
			 p->dir, human_bytes(p->budget, a),
			 human_bytes(STORE_BUDGET_MIN, b));
	if (p->budget > permitted)
		log_warn("store %s: %s wanted, %s can be spared now; chunks "
			 "that find no room will not be held",
			 p->dir, human_bytes(p->budget, a),
			 human_bytes(permitted, b));
	return 0;
}

int
store_place_prepare(const struct node_config *c, struct store_place *p)
{
	const char *named = c->set.store_dir;
	int made;

	*p = (struct store_place){.in_memory = named == NULL, .lock = -1};
	p->dir = named != NULL ? strdup(named) : memory_dir(c->set.run_dir);
	if (p->dir == NULL) {
		log_error("store: %m");
		return -1;
	}
	made = p->in_memory ? make_locked(p) : make_named(p);
	if (made == 0 && measure(c, p) == 0)
		return 0;
	if (p->made)
		rmdir(p->dir);
	store_place_free(p);
	return -1;
}

void
store_place_remove(struct store_place *p)
{
	if (p->dir != NULL && p->in_memory)
		remove_tree(p->dir);
	store_place_free(p);
}

void
store_place_free(struct store_place *p)
{
	if (p->dir != NULL && p->lock != -1)
		close(p->lock);
	p->lock = -1;
	free(p->dir);
	p->dir = NULL;
}
