/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/scan.h"

#include <ctype.h>
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/network_programs.h"
#include "mkimage/rights.h"
#include "mkimage/run_tool.h"

#define BLOCK 512 /* bytes, the unit of st_blocks */
/* Files with the same problem are logged one by one only up to this number.
 * Arbitrary: a screen has 24 lines. */
#define NAMED 10

struct walk {
	/* length of the root's path with the slash after it */
	size_t root;
	const struct patterns *out;
	struct scan *scan;
	FILE *left_out, *narrowed;
};

/* Writes `path` for a pseudo definition of mksquashfs, with a backslash before
 * each blank, quote and backslash.  Returns false, having written nothing, if
 * the path has a newline, which mksquashfs cannot read. */
static bool
write_pseudo_name(const char *path, FILE *to)
{
	if (strchr(path, '\n') != NULL)
		return false;
	for (; *path != '\0'; path++) {
		if (isspace((unsigned char)*path) || *path == '\\' ||
		    *path == '"')
			fputc('\\', to);
		fputc(*path, to);
	}
	return true;
}

static void
leave_out(struct walk *w, const char *path)
{
	patterns_write_path(path, w->left_out);
}

/* Gives a file with an ACL another mode, if its own would give anybody more
 * rights than the ACL does.  Leaves the file out if its name cannot be written
 * for mksquashfs. */
static void
narrow(struct walk *w, const FTSENT *e, const char *path)
{
	const struct stat *st = e->fts_statp;
	mode_t mode;

	if (!rights_without_acl(e->fts_accpath, st, &mode) ||
	    mode == (st->st_mode & 07777))
		return;
	if (w->scan->nnarrowed++ < NAMED)
		log_warn("%s: its ACL cannot be in the image; it has mode "
			 "%04o there, not %04o, so that nobody gains rights",
			 path, (unsigned)mode, (unsigned)st->st_mode & 07777);
	if (write_pseudo_name(path, w->narrowed))
		fprintf(w->narrowed, " m %o %u %u\n", (unsigned)mode,
			st->st_uid, st->st_gid);
	else
		leave_out(w, path);
}

static void
say_untold(const char *path)
{
	const char *name = network_untold(path);

	if (name != NULL)
		log_warn("%s (%s) configures network cards, and cannot be told "
			 "to leave alone the one that the root hangs on: "
			 "switch it off, or --exclude '%s'",
			 name, path, path);
}

static void
take(struct walk *w, const FTSENT *e, const char *path)
{
	const struct stat *st = e->fts_statp;
	struct scan *s = w->scan;

	narrow(w, e, path);
	say_untold(path);
	if (S_ISDIR(st->st_mode))
		return;
	s->files++;
	s->bytes += (uint64_t)st->st_blocks * BLOCK /
		    (st->st_nlink > 0 ? st->st_nlink : 1);
	if (S_ISREG(st->st_mode))
		secrets_look(&s->secrets, path, e->fts_accpath, st->st_size);
}

static void
visit(struct walk *w, FTS *fts, FTSENT *e)
{
	bool directory = e->fts_info == FTS_D;
	const char *path = e->fts_path + w->root;

	if (e->fts_level == 0)
		return;
	if (patterns_match(w->out, path, directory)) {
		leave_out(w, path);
		if (directory)
			fts_set(fts, e, FTS_SKIP);
	} else {
		take(w, e, path);
	}
}

static void
walk(struct walk *w, FTS *fts)
{
	FTSENT *e;

	while ((e = fts_read(fts)) != NULL && !run_interrupted()) {
		switch (e->fts_info) {
		case FTS_DP:
			break;
		case FTS_DNR:
		case FTS_ERR:
		case FTS_NS:
			if (w->scan->unread++ < NAMED)
				log_warn("%s: %s", e->fts_path,
					 strerror(e->fts_errno));
			break;
		default:
			visit(w, fts, e);
		}
	}
}

int
scan_tree(const char *root, bool crosses, const struct patterns *out,
	  struct scan *s)
{
	char *const roots[] = {(char *)root, NULL};
	struct walk w = {.root = strlen(root) + 1, .out = out, .scan = s};
	size_t n;
	FTS *fts;

	*s = (struct scan){0};
	w.left_out = open_memstream(&s->left_out, &n);
	w.narrowed = open_memstream(&s->narrowed, &n);
	fts = fts_open(
	    roots, FTS_PHYSICAL | FTS_NOCHDIR | (crosses ? 0 : FTS_XDEV), NULL);
	if (w.left_out == NULL || w.narrowed == NULL || fts == NULL)
		log_fatal("%s: %m", root);
	walk(&w, fts);
	fts_close(fts);
	if (fclose(w.left_out) == EOF || fclose(w.narrowed) == EOF)
		log_fatal("%s: %m", root);
	if (s->nnarrowed > NAMED)
		log_warn("and %u more files with ACLs are narrowed",
			 s->nnarrowed - NAMED);
	return run_interrupted() ? -1 : 0;
}

void
scan_free(struct scan *s)
{
	free(s->left_out);
	free(s->narrowed);
	secrets_free(&s->secrets);
	*s = (struct scan){0};
}
