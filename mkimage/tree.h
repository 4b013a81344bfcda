/* tree: the directory that a source is, or is unpacked to. */
#ifndef VF_MKIMAGE_TREE_H
#define VF_MKIMAGE_TREE_H

#include <stdbool.h>
#include <stdint.h>

struct tree {
	char *dir;
	char *unpacked; /* of a tar: the directory to remove in the end */
	uint64_t bytes; /* on disk, without other file systems' */
	uint64_t files;
};

/* SOURCE is a directory or a tar file, which is unpacked below work_dir.
 * -1: logged. */
int tree_open(const char *source, const char *work_dir, struct tree *t);
void tree_close(struct tree *t);

#endif
