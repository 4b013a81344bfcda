/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* storetool: makes a manifest or fills a store for the tests, as a router
 * would.
 *
 *   storetool manifest IMAGE MANIFEST NAME [CHUNK_SIZE]   prints the image's id
 *   storetool put DIR IMAGE MANIFEST [FIRST-LAST]...      stores these chunks
 *
 * `put` stores the chunks FIRST to LAST, LAST included, makes the image the
 * default one, and leaves the store as if its router were still running. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/store.h"

static void
die(const char *what)
{
	fprintf(stderr, "storetool: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int
make_manifest(char **argv, int argc)
{
	uint32_t chunk =
	    argc > 3 ? strtoul(argv[3], NULL, 0) : MANIFEST_CHUNK_DEFAULT;
	AUTO_CLOSE int fd = open(argv[0], O_RDONLY | O_CLOEXEC);
	struct manifest *m = NULL;
	char hex[DIGEST_HEX];

	if (fd != -1)
		m = manifest_create(fd, argv[2], chunk, NULL);
	if (m == NULL)
		die(argv[0]);
	if (manifest_save(m, argv[1]) == -1)
		die(argv[1]);
	puts(digest_hex(&m->id, hex));
	manifest_free(m);
	return 0;
}

static void
put_chunk(struct store *s, int fd, uint32_t chunk)
{
	const struct manifest *m = store_manifest(s);
	uint32_t len = manifest_chunk_len(m, chunk);
	AUTO_FREE void *buf = malloc(len);

	if (buf == NULL ||
	    pread(fd, buf, len, (off_t)chunk * m->chunk_size) != (ssize_t)len)
		die("read");
	if (store_put(s, chunk, buf) == -1)
		die("put");
}

static void
put_range(struct store *s, int fd, const char *range)
{
	const struct manifest *m = store_manifest(s);
	uint32_t first, last;

	if (sscanf(range, "%" SCNu32 "-%" SCNu32, &first, &last) != 2 ||
	    last >= m->nchunks) {
		errno = EINVAL;
		die(range);
	}
	for (uint32_t i = first; i <= last; i++)
		put_chunk(s, fd, i);
}

static int
put(char **argv, int argc)
{
	AUTO_CLOSE int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	struct manifest *m = manifest_load(argv[2], NULL);
	struct store *s;

	if (fd == -1)
		die(argv[1]);
	if (m == NULL)
		die(argv[2]);
	s = store_create(argv[0], m, NULL);
	if (s == NULL || store_set_default(argv[0], store_manifest(s), true))
		die(argv[0]);
	for (int i = 3; i < argc; i++)
		put_range(s, fd, argv[i]);
	/* The store is not closed, as by a router that is killed, since readers
	 * do not attach to a store that was closed. */
	_exit(0);
}

int
main(int argc, char **argv)
{
	if (argc >= 5 && strcmp(argv[1], "manifest") == 0)
		return make_manifest(argv + 2, argc - 2);
	if (argc >= 5 && strcmp(argv[1], "put") == 0)
		return put(argv + 2, argc - 2);
	fprintf(stderr, "storetool: wrong arguments\n");
	return 2;
}
