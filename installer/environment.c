/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "installer/environment.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/log.h"

static void
set(const char *name, const char *value)
{
	if (setenv(name, value != NULL ? value : "", 1) == -1)
		log_fatal("%s: %m", name);
}

static int
paths(struct environment *e, const struct settings *s)
{
	if (asprintf(&e->state, "%s/install", s->run_dir) == -1 ||
	    asprintf(&e->log, "%s/install.log", s->run_dir) == -1 ||
	    asprintf(&e->dir, "%s/install.d", s->run_dir) == -1 ||
	    asprintf(&e->target, "%s/target", s->run_dir) == -1 ||
	    asprintf(&e->functions, "%s/../functions", s->module_dir) == -1) {
		log_error("%m");
		return -1;
	}
	if ((mkdir(s->run_dir, 0755) == -1 && errno != EEXIST) ||
	    (mkdir(e->target, 0755) == -1 && errno != EEXIST) ||
	    (mkdir(e->dir, 0755) == -1 && errno != EEXIST)) {
		log_error("%s: %m", e->dir);
		return -1;
	}
	return 0;
}

int
environment_init(struct environment *e, const struct settings *s)
{
	char number[24];

	if (paths(e, s) == -1)
		return -1;
	snprintf(number, sizeof number, "%" PRIu64, s->job);
	set("VFIELD_JOB", number);
	set("VFIELD_MODE", s->repair ? "repair" : "install");
	set("VFIELD_SITE", s->site);
	set("VFIELD_HOST", s->host);
	set("VFIELD_CARD", s->card);
	set("VFIELD_ROOT_IMAGE", s->root_image);
	set("VFIELD_BASE", s->replica ? "image" : "files");
	set("VFIELD_IMAGE_NAME", s->image);
	set("VFIELD_PACKAGES", s->packages);
	set("VFIELD_SOURCES", s->sources);
	set("VFIELD_DATA", s->data);
	set("VFIELD_APPEND", s->append);
	set("VFIELD_STATE", e->dir);
	set("VFIELD_LOG", e->log);
	set("VFIELD_TARGET", e->target);
	set("VFIELD_FUNCTIONS", e->functions);
	return 0;
}

void
environment_free(struct environment *e)
{
	free(e->state);
	free(e->log);
	free(e->dir);
	free(e->target);
	free(e->functions);
}

/* --- the disk --- */

static FILE *
open_in(const struct environment *e, const char *name)
{
	AUTO_FREE char *path = NULL;

	if (asprintf(&path, "%s/%s", e->dir, name) == -1)
		return NULL;
	return fopen(path, "we");
}

/* Prints the number, the device and the layout of each partition.  If the name
 * of a disk ends in a digit, the kernel puts a 'p' before the number. */
static void
print_parts(const char *disk, const struct layout *l, FILE *to)
{
	const char *p =
	    isdigit((unsigned char)disk[strlen(disk) - 1]) ? "p" : "";

	for (size_t i = 0; i < l->n; i++) {
		const struct layout_part *part = &l->parts[i];

		fprintf(to, "%s%s%zu %s %s %s %s\n", disk, p, i + 1, part->name,
			layout_fs_name(part->fs),
			*part->mountpoint != '\0' ? part->mountpoint : "-",
			part->keep ? "keep" : "-");
	}
}

int
environment_disk(const struct environment *e, const char *disk, bool same_table,
		 const char *guid, const struct layout *l)
{
	FILE *table = open_in(e, "table");
	FILE *parts = open_in(e, "parts");
	int ret = table != NULL && parts != NULL ? 0 : -1;

	set("VFIELD_DISK", disk);
	set("VFIELD_TABLE", same_table ? "same" : "new");
	if (ret == 0) {
		layout_script(l, guid, table);
		print_parts(disk, l, parts);
	}
	if (table != NULL && fclose(table) == EOF)
		ret = -1;
	if (parts != NULL && fclose(parts) == EOF)
		ret = -1;
	return ret;
}
