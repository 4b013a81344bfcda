/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* run_dir: makes and locks a node's run directory, so that it belongs to one
 * supervisor at a time. */
#ifndef VF_VFIELD_RUN_DIR_H
#define VF_VFIELD_RUN_DIR_H

/* Makes the directory if there is none, and locks it.  Returns the lock's
 * descriptor; on failure logs why and returns -1. */
int run_dir_take(const char *dir);
/* Unlocks the directory and removes the lock file; other files in the directory
 * stay. */
void run_dir_release(const char *dir, int lock);

/* Directory in the run directory for files that the router keeps while the node
 * runs, where the router has a user of its own. */
#define RUN_DIR_ROUTER "router"

struct run_as;

/* Makes that directory, which is the user's, and moves there what a router has
 * kept that was root.  Returns 0, or -1 and errno. */
int run_dir_share(const char *dir, const struct run_as *router);
/* Where there is no user for the router any more: takes back what the router
 * has kept, which may belong to a user that does not exist, and removes that
 * directory.  Does nothing if there is none.  Returns 0, or -1 and errno. */
int run_dir_unshare(const char *dir);
/* Returns the path of that directory if there is one, else that of the run
 * directory, for free(). */
char *run_dir_kept(const char *dir);

/* Makes a directory and its parents, as mkdir -p does.  Returns 0, or -1 and
 * errno. */
int make_directories(const char *path, unsigned mode);
/* Makes a directory, and its parents, that all may read, and waits until no
 * other process has locked it.  Returns a descriptor, which keeps the lock
 * until it is closed; -1: the log says why. */
int lock_directory(const char *path);

#endif
