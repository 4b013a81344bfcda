/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/view_file.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/vfs.h>
#include <time.h>

#include "lib/cleanup.h"
#include "lib/thread.h"

#define END_S                                                                  \
	1 /* seconds that view_file_free waits for the thread; arbitrary */

struct view_file {
	const char *dir;
	char *path, *temp;
	bool on_disk;
	char *bytes; /* bytes that are being written; NULL: none */
	size_t len;
	pthread_t thread;
	bool started;      /* the thread is to be joined */
	_Atomic bool done; /* the thread has set `error' */
	int error;         /* an errno value: why writing has failed */
};

struct view_file *
view_file_new(const char *dir)
{
	struct view_file *v = calloc(1, sizeof *v);
	struct statfs fs;

	if (v == NULL)
		return NULL;
	v->dir = dir;
	if (asprintf(&v->path, "%s/view", dir) == -1)
		v->path = NULL;
	if (asprintf(&v->temp, "%s/view.new", dir) == -1)
		v->temp = NULL;
	if (v->path == NULL || v->temp == NULL) {
		view_file_free(v);
		errno = ENOMEM;
		return NULL;
	}
	v->on_disk = statfs(dir, &fs) == 0 && fs.f_type != TMPFS_MAGIC &&
		     fs.f_type != RAMFS_MAGIC;
	return v;
}

static int
put(const struct view_file *v)
{
	AUTO_FCLOSE FILE *f = fopen(v->temp, "we");

	if (f == NULL || fwrite(v->bytes, 1, v->len, f) != v->len ||
	    fflush(f) != 0)
		return errno;
	return rename(v->temp, v->path) == 0 ? 0 : errno;
}

static void *
work(void *arg)
{
	struct view_file *v = arg;

	v->error = put(v);
	atomic_store(&v->done, true);
	return NULL;
}

static void
let_go(struct view_file *v)
{
	free(v->bytes);
	v->bytes = NULL;
}

void
view_file_write(struct view_file *v, char *bytes, size_t len)
{
	v->bytes = bytes;
	v->len = len;
	atomic_store(&v->done, false);
	v->started = v->on_disk && thread_start(&v->thread, work, v) == 0;
	if (v->started)
		return;
	v->error = v->on_disk ? errno : put(v);
	let_go(v);
}

enum view_file_state
view_file_state(struct view_file *v)
{
	if (v->started) {
		if (!atomic_load(&v->done))
			return VIEW_FILE_BUSY;
		pthread_join(v->thread, NULL);
		v->started = false;
		let_go(v);
	}
	errno = v->error;
	return v->error == 0 ? VIEW_FILE_IDLE : VIEW_FILE_FAILED;
}

void
view_file_free(struct view_file *v)
{
	struct timespec until;

	if (v == NULL)
		return;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += END_S;
	if (v->started && pthread_timedjoin_np(v->thread, NULL, &until) != 0)
		return;
	let_go(v);
	free(v->path);
	free(v->temp);
	free(v);
}
