/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Looks in arbitrary bytes for kernel and initramfs, as the boot service does
 * in an image, and reads what it finds.  boot/extract.c is included, as its
 * functions but two are static; it reads the input in the place of an image
 * that comes by NBD. */
#include "boot/extract.c"

#include <assert.h>

/* larger files are found, but not read, which would take all of the time */
#define READ_MAX MIB

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__asan_default_options(void);

/* Has the sanitizer refuse what MEMORY_BYTES refuse to the boot service. */
const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1:max_allocation_size_mb=512";
}

static const uint8_t *image;

static int
image_read(sqfs_file_t *f, sqfs_u64 offset, void *buffer, size_t size)
{
	const struct source *s = (const struct source *)f;

	if (offset > s->size || size > s->size - offset)
		return SQFS_ERROR_OUT_OF_BOUNDS;
	memcpy(buffer, image + offset, size);
	return 0;
}

static void
take(struct reader *r, int null)
{
	sqfs_inode_generic_t *inode;
	uint64_t size;

	for (size_t i = 0; i < NWANTED; i++) {
		if (find(r, &wanted[i], &inode, &size) == EXTRACT_DONE) {
			assert(size > 0 && size <= wanted[i].max);
			if (size <= READ_MAX)
				(void)copy(r, &wanted[i], null, inode, size);
		}
		sqfs_free(inode);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char why[EXTRACT_WHY];
	struct reader r = {.why = why};
	AUTO_CLOSE int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	image = data;
	r.source.size = size;
	r.source.base.read_at = image_read;
	r.source.base.write_at = source_write;
	r.source.base.get_size = source_size;
	r.source.base.truncate = source_truncate;
	if (open_super(&r) == EXTRACT_DONE && open_tables(&r) == EXTRACT_DONE)
		take(&r, null);
	sqfs_destroy(r.data);
	sqfs_destroy(r.dirs);
	sqfs_destroy(r.compressor);
	return 0;
}
