/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <nettle/sha2.h>
#include <uuid/uuid.h>

#include "lib/cleanup.h"
#include "lib/codec.h"
#include "lib/pread_all.h"

/* The longest time between two ticks of the clock by which the kernel stamps
 * files (CONFIG_HZ=100). */
#define TICK_NS 10000000L

/* The namespace of images' UUIDs (RFC 9562), a random UUID that was made once
 * for all images. */
static const uuid_t namespace = {0x6b, 0x0f, 0x5a, 0x3e, 0x91, 0xd4,
				 0x4c, 0x27, 0xa8, 0x63, 0x1d, 0x7e,
				 0x52, 0xc0, 0xf9, 0x8b};

static int
image_size(int fd, uint64_t *size)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return -1;
	if (S_ISBLK(st.st_mode))
		return ioctl(fd, BLKGETSIZE64, size);
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		return -1;
	}
	*size = st.st_size;
	return 0;
}

/* Sets m->uuid from the name, the sizes and the hashes, so that the same image
 * always has the same UUID. */
static void
make_uuid(struct manifest *m)
{
	struct sha256_ctx ctx;
	uint8_t sizes[12], sum[DIGEST_SIZE];
	struct writer w = writer_init(sizes, sizeof sizes);

	write_u32(&w, m->chunk_size);
	write_u64(&w, m->size);
	sha256_init(&ctx);
	sha256_update(&ctx, sizeof sizes, sizes);
	sha256_update(&ctx, m->nchunks * sizeof *m->chunks,
		      (const uint8_t *)m->chunks);
	sha256_update(&ctx, strlen(m->name), (const uint8_t *)m->name);
	sha256_digest(&ctx, sizeof sum, sum);
	uuid_generate_sha1(m->uuid, namespace, (const char *)sum, sizeof sum);
}

static int
hash_chunks(struct manifest *m, int fd, void (*progress)(uint64_t, uint64_t))
{
	AUTO_FREE uint8_t *buf = malloc(m->chunk_size);
	uint64_t done = 0;

	if (buf == NULL)
		return -1;
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	for (uint32_t c = 0; c < m->nchunks; c++) {
		uint32_t len = manifest_chunk_len(m, c);

		if (pread_all(fd, buf, len, done) == -1)
			return -1;
		m->chunks[c] = digest_of(buf, len);
		done += len;
		if (progress != NULL)
			progress(done, m->size);
	}
	return 0;
}

/* If the file was changed within the present tick of the clock, waits for the
 * next tick.  So a write after that gives the file another time stamp. */
static void
let_clock_tick(const struct stat *st)
{
	static const struct timespec tick = {.tv_nsec = TICK_NS};
	struct timespec now;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (now.tv_sec == st->st_ctim.tv_sec &&
	    now.tv_nsec - st->st_ctim.tv_nsec < TICK_NS)
		nanosleep(&tick, NULL);
}

static bool
touched(int fd, const struct stat *before)
{
	struct stat now;

	return fstat(fd, &now) == -1 || now.st_size != before->st_size ||
	       now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
	       now.st_mtim.tv_nsec != before->st_mtim.tv_nsec;
}

/* Hashes the whole file into m->chunks.  Returns 0, or -1 and errno; ETXTBSY:
 * the file was changed meanwhile. */
static int
hash_file(struct manifest *m, int fd, void (*progress)(uint64_t, uint64_t))
{
	struct stat before;
	int result;

	if (fstat(fd, &before) == -1)
		return -1;
	let_clock_tick(&before);
	result = hash_chunks(m, fd, progress);
	if ((result == 0 || errno == ENODATA) && touched(fd, &before)) {
		errno = ETXTBSY;
		result = -1;
	}
	return result;
}

struct manifest *
manifest_create(int fd, const char *name, uint32_t chunk_size,
		void (*progress)(uint64_t done, uint64_t size))
{
	struct manifest *m;
	uint8_t *encoded;
	size_t len;
	int saved;

	if (!manifest_name_ok(name, strlen(name)) ||
	    !manifest_chunk_size_ok(chunk_size)) {
		errno = EINVAL;
		return NULL;
	}
	m = calloc(1, sizeof *m);
	if (m == NULL)
		return NULL;
	m->version = MANIFEST_VERSION_MAX;
	memcpy(m->name, name, strlen(name));
	m->chunk_size = chunk_size;
	if (image_size(fd, &m->size) == -1)
		goto fail;
	errno = EFBIG;
	if (!manifest_count_chunks(m->size, chunk_size, &m->nchunks))
		goto fail;
	m->chunks = calloc(m->nchunks + 1, sizeof *m->chunks);
	if (m->chunks == NULL || hash_file(m, fd, progress) == -1)
		goto fail;
	make_uuid(m);
	encoded = manifest_encode(m, &len);
	if (encoded == NULL)
		goto fail;
	free(encoded);
	return m;
fail:
	saved = errno;
	manifest_free(m);
	errno = saved;
	return NULL;
}
