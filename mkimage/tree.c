#include "mkimage/tree.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/run.h"

#define WALK_FDS 32

/* nftw gives its callback no context. */
static struct tree *measured;

static int
measure(const char *path, const struct stat *st, int type, struct FTW *at)
{
	if (type != FTW_F && type != FTW_SL)
		return 0;
	measured->bytes += (uint64_t)st->st_blocks * 512;
	measured->files++;
	return 0;
}

static int
unpack(const char *tar, const char *work_dir, struct tree *t)
{
	struct command c = {0};

	if (asprintf(&t->unpacked, "%s/vfield-mkimage.XXXXXX", work_dir) ==
		-1 ||
	    mkdtemp(t->unpacked) == NULL) {
		log_error("%s: %m", work_dir);
		return -1;
	}
	t->dir = strdup(t->unpacked);
	log_info("unpacking %s", tar);
	command_add(&c, "tar");
	command_add(&c, "--extract");
	command_add(&c, "--file=%s", tar);
	command_add(&c, "--directory=%s", t->unpacked);
	command_add(&c, "--numeric-owner");
	command_add(&c, "--preserve-permissions");
	command_add(&c, "--xattrs");
	command_add(&c, "--xattrs-include=*");
	return command_run(&c);
}

int
tree_open(const char *source, const char *work_dir, struct tree *t)
{
	struct stat st;

	*t = (struct tree){0};
	if (stat(source, &st) == -1) {
		log_error("%s: %m", source);
		return -1;
	}
	if (S_ISDIR(st.st_mode)) {
		t->dir = realpath(source, NULL);
	} else if (S_ISREG(st.st_mode)) {
		if (unpack(source, work_dir, t) == -1) {
			log_error("%s: neither a directory nor a tar file",
				  source);
			tree_close(t);
			return -1;
		}
	}
	if (t->dir == NULL) {
		log_error("%s: neither a directory nor a tar file", source);
		return -1;
	}
	measured = t;
	nftw(t->dir, measure, WALK_FDS, FTW_PHYS | FTW_MOUNT);
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	remove(path);
	return 0;
}

void
tree_close(struct tree *t)
{
	if (t->unpacked != NULL)
		nftw(t->unpacked, remove_one, WALK_FDS,
		     FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	free(t->unpacked);
	free(t->dir);
	*t = (struct tree){0};
}
