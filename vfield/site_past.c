/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/site_past.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/write_all.h"

#define LOG "log"

char *
site_past_file(const char *state, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/site/%s", state, name) == -1)
		log_fatal("%m");
	return path;
}

char *
site_past_dir(const char *state, const struct digest *id)
{
	char hex[DIGEST_HEX];

	digest_hex(id, hex);
	hex[SITE_PAST_DIGITS] = '\0';
	return site_past_file(state, hex);
}

struct site_past *
site_past_read(const char *state, size_t *n)
{
	AUTO_FREE char *path = site_past_file(state, LOG);
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	struct site_past *v = calloc(SITE_PAST_MAX, sizeof *v);
	struct site_past one;
	char hex[DIGEST_HEX];

	*n = 0;
	if (f == NULL && errno != ENOENT)
		log_error("%s: %m", path);
	while (f != NULL && v != NULL &&
	       fscanf(f, "%" SCNu64 " %" SCNu64 " %64s", &one.version,
		      &one.time_s, hex) == 3 &&
	       digest_parse(hex, strlen(hex), &one.id) == 0) {
		if (*n == SITE_PAST_MAX)
			memmove(v, v + 1, --*n * sizeof *v);
		v[(*n)++] = one;
	}
	if (*n > 0)
		return v;
	free(v);
	return NULL;
}

int
site_past_append(const char *state, const struct site_past *p)
{
	AUTO_FREE char *path = site_past_file(state, LOG);
	AUTO_FREE char *line = NULL;
	AUTO_CLOSE int fd = -1;
	char hex[DIGEST_HEX];
	int len = asprintf(&line, "%" PRIu64 " %" PRIu64 " %s\n", p->version,
			   p->time_s, digest_hex(&p->id, hex));

	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (len != -1 && fd != -1 && write_all(fd, line, len) == 0)
		return 0;
	log_error("%s: %m", path);
	return -1;
}

int
site_past_link(const char *state, const struct digest *id)
{
	AUTO_FREE char *dir = site_past_dir(state, id);
	AUTO_FREE char *link = site_past_file(state, SITE_PAST_CURRENT);
	AUTO_FREE char *fresh = site_past_file(state, SITE_PAST_CURRENT ".new");

	if (access(dir, F_OK) == -1)
		return 0;
	(void)unlink(fresh);
	if (symlink(strrchr(dir, '/') + 1, fresh) == 0 &&
	    rename(fresh, link) == 0)
		return 0;
	log_error("%s: %m", link);
	return -1;
}
