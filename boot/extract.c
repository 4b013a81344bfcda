/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/extract.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <libnbd.h>
#include <linux/landlock.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <sqfs/compressor.h>
#include <sqfs/data_reader.h>
#include <sqfs/dir_reader.h>
#include <sqfs/error.h>
#include <sqfs/inode.h>
#include <sqfs/io.h>
#include <sqfs/super.h>

#include "lib/cleanup.h"
#include "lib/path_in.h"
#include "lib/write_all.h"

#define MIB (UINT64_C(1) << 20)
/* bytes that are read at a time: as many as the largest squashfs block has */
#define PIECE (1U << 20)
/* bytes that must stay free on the disk; arbitrary */
#define SPARE (16 * MIB)

#define FILE_MAX (512 * MIB)

static const struct wanted {
	const char *name;
	bool needed;
	uint64_t max; /* most bytes that the file may have */
} wanted[] = {
    {"vmlinuz", true, 128 * MIB},      {"initrd", true, FILE_MAX},
    {"undionly.kpxe", false, 4 * MIB}, {"snponly.efi", false, 4 * MIB},
    {"vfield.efi", false, FILE_MAX},
};

#define NWANTED EXTRACT_FILES
_Static_assert(sizeof wanted / sizeof *wanted == NWANTED, "");

/* The files may have RATIO times as many bytes as the image, and RATIO_SPARE
 * more.  Arbitrary: kernel and initramfs are compressed, so an image in which
 * they are far larger cannot be one that boots. */
#define RATIO 4
#define RATIO_SPARE (16 * MIB)
/* Limits of this process, since reading a malicious image could take any amount
 * of time and memory.  Arbitrary: the processor time is a hundred times what
 * the largest files need. */
#define CPU_S 300
#define MEMORY_BYTES (512 * MIB)
#define NOBODY 65534
/* A sanitizer's shadow memory counts as data, so data is not limited then. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#else
#define SANITIZED false
#endif

/* The image, as the file that libsquashfs reads. */
struct source {
	sqfs_file_t base; /* the first field, since libsquashfs passes &base */
	struct nbd_handle *nbd;
	uint64_t size;
};

struct reader {
	struct source source;
	sqfs_super_t super;
	sqfs_compressor_t *compressor;
	sqfs_dir_reader_t *dirs;
	sqfs_data_reader_t *data;
	/* out->fd[i]: descriptor of the file that wanted[i] is copied to */
	const struct extract_files *out;
	char *why;
};

static enum extracted __attribute__((format(printf, 3, 4)))
give_up(struct reader *r, enum extracted result, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->why, EXTRACT_WHY, fmt, ap);
	va_end(ap);
	return result;
}

/* --- the image --- */

static int
source_read(sqfs_file_t *f, sqfs_u64 offset, void *buffer, size_t size)
{
	const struct source *s = (const struct source *)f;

	if (offset > s->size || size > s->size - offset)
		return SQFS_ERROR_OUT_OF_BOUNDS;
	if (size > 0 && nbd_pread(s->nbd, buffer, size, offset, 0) == -1)
		return SQFS_ERROR_IO;
	return 0;
}

static sqfs_u64
source_size(const sqfs_file_t *f)
{
	return ((const struct source *)f)->size;
}

static int
source_write(sqfs_file_t *f, sqfs_u64 offset, const void *buffer, size_t size)
{
	return SQFS_ERROR_UNSUPPORTED;
}

static int
source_truncate(sqfs_file_t *f, sqfs_u64 size)
{
	return SQFS_ERROR_UNSUPPORTED;
}

static enum extracted
source_open(struct reader *r, const char *socket, const struct digest *id)
{
	struct source *s = &r->source;
	char hex[DIGEST_HEX];
	int64_t size;

	s->base.read_at = source_read;
	s->base.write_at = source_write;
	s->base.get_size = source_size;
	s->base.truncate = source_truncate;
	s->nbd = nbd_create();
	if (s->nbd == NULL ||
	    nbd_set_export_name(s->nbd, digest_hex(id, hex)) == -1 ||
	    nbd_connect_unix(s->nbd, socket) == -1)
		return give_up(r, EXTRACT_FAILED, "%s",
			       nbd_get_errno() == ENOENT &&
				       access(socket, F_OK) == 0
				   ? "no node has it"
				   : nbd_get_error());
	size = nbd_get_size(s->nbd);
	if (size == -1)
		return give_up(r, EXTRACT_FAILED, "%s", nbd_get_error());
	s->size = size;
	return EXTRACT_DONE;
}

/* --- the file system in it --- */

static enum extracted
squashfs_failed(struct reader *r, const char *what, int error)
{
	switch (error) {
	case SQFS_ERROR_IO:
		return give_up(r, EXTRACT_FAILED, "%s: %s", what,
			       nbd_get_error());
	case SQFS_ERROR_UNSUPPORTED:
		return give_up(r, EXTRACT_FAILED,
			       "%s: a compression or a kind of squashfs that "
			       "libsquashfs cannot read",
			       what);
	case SQFS_ERROR_ALLOC:
		return give_up(r, EXTRACT_FAILED, "%s: out of memory", what);
	default:
		return give_up(r, EXTRACT_FAILED,
			       "%s: the squashfs is damaged (error %d)", what,
			       error);
	}
}

static enum extracted
open_super(struct reader *r)
{
	sqfs_file_t *file = &r->source.base;
	sqfs_compressor_config_t config;
	int error = sqfs_super_read(&r->super, file);

	if (error == SQFS_ERROR_IO)
		return squashfs_failed(r, "superblock", error);
	if (error != 0)
		return give_up(r, EXTRACT_NONE, "it is no squashfs");
	error = sqfs_compressor_config_init(&config, r->super.compression_id,
					    r->super.block_size,
					    SQFS_COMP_FLAG_UNCOMPRESS);
	if (error == 0)
		error = sqfs_compressor_create(&config, &r->compressor);
	return error == 0 ? EXTRACT_DONE
			  : squashfs_failed(r, "superblock", error);
}

static enum extracted
open_tables(struct reader *r)
{
	sqfs_file_t *file = &r->source.base;
	int error = SQFS_ERROR_ALLOC;

	r->dirs = sqfs_dir_reader_create(&r->super, r->compressor, file, 0);
	r->data = sqfs_data_reader_create(file, r->super.block_size,
					  r->compressor, 0);
	if (r->dirs != NULL && r->data != NULL)
		error =
		    sqfs_data_reader_load_fragment_table(r->data, &r->super);
	return error == 0 ? EXTRACT_DONE : squashfs_failed(r, "tables", error);
}

/* Finds the file w in the image, and sets *inode and *size.  *inode is NULL if
 * there is no such file; the caller frees *inode, also after a failure.
 * Returns EXTRACT_DONE, or a failure. */
static enum extracted
find(struct reader *r, const struct wanted *w, sqfs_inode_generic_t **inode,
     uint64_t *size)
{
	char path[64];
	int error;

	*inode = NULL;
	snprintf(path, sizeof path, "boot/vfield/%s", w->name);
	error = sqfs_dir_reader_find_by_path(r->dirs, NULL, path, inode);
	if (error == SQFS_ERROR_NO_ENTRY || error == SQFS_ERROR_NOT_DIR)
		return give_up(r, EXTRACT_NONE, "it has no /%s", path);
	if (error == 0)
		error = sqfs_inode_get_file_size(*inode, size);
	if (error == SQFS_ERROR_NOT_FILE)
		return give_up(r, EXTRACT_NONE, "its /%s is no plain file",
			       path);
	if (error != 0)
		return squashfs_failed(r, path, error);
	if (*size == 0 || *size > w->max)
		return give_up(r, EXTRACT_NONE,
			       "its /%s has %" PRIu64 " bytes; 1 to %" PRIu64
			       " are taken",
			       path, *size, w->max);
	return EXTRACT_DONE;
}

/* --- the files --- */

static enum extracted
has_room(struct reader *r, uint64_t size)
{
	struct statvfs st;

	if (size > RATIO * r->source.size + RATIO_SPARE)
		return give_up(r, EXTRACT_NONE,
			       "its files have %" PRIu64
			       " MiB, far more than the image itself",
			       size / MIB);
	if (fstatvfs(r->out->fd[0], &st) == -1)
		return give_up(r, EXTRACT_FAILED, "%s", strerror(errno));
	if ((uint64_t)st.f_bavail * st.f_frsize >= size + SPARE)
		return EXTRACT_DONE;
	return give_up(r, EXTRACT_FAILED, "no room for %" PRIu64 " MiB",
		       (size + SPARE) / MIB);
}

static void
limit(int resource, uint64_t most)
{
	struct rlimit l;

	if (getrlimit(resource, &l) == -1 || l.rlim_max < most)
		return;
	l.rlim_cur = l.rlim_max = most;
	(void)setrlimit(resource, &l);
}

/* Takes all files but those that are open from this process.  Returns 0, or -1
 * and errno. */
static int
forbid_files(void)
{
	const struct landlock_ruleset_attr all = {
	    .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
	AUTO_CLOSE int fd =
	    syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);

	if (fd != -1 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    syscall(SYS_landlock_restrict_self, fd, 0) == 0)
		return 0;
	/* a kernel without Landlock: a root directory without files */
	if (geteuid() != 0)
		return 0;
	return chdir("/proc/self/fdinfo") == 0 ? chroot(".") : -1;
}

/* Confines this process before it reads the image: limits its time and memory,
 * and gives up all rights except those to the open files and to the connection
 * to the router.  If the process is root's, it becomes nobody's.  Returns
 * EXTRACT_DONE, or a failure. */
static enum extracted
confine(struct reader *r)
{
	limit(RLIMIT_CPU, CPU_S);
	limit(RLIMIT_FSIZE, FILE_MAX);
	limit(RLIMIT_CORE, 0);
	if (!SANITIZED)
		limit(RLIMIT_DATA, MEMORY_BYTES);
	if (forbid_files() == -1)
		return give_up(r, EXTRACT_FAILED, "to see no files: %s",
			       strerror(errno));
	/* errno is EINVAL if this user namespace has no user nobody */
	if (geteuid() == 0 &&
	    (setgroups(0, NULL) == -1 || setgid(NOBODY) == -1 ||
	     setuid(NOBODY) == -1) &&
	    errno != EINVAL)
		return give_up(r, EXTRACT_FAILED, "to be nobody: %s",
			       strerror(errno));
	limit(RLIMIT_NPROC, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return give_up(r, EXTRACT_FAILED, "to stay nobody: %s",
			       strerror(errno));
	return EXTRACT_DONE;
}

static enum extracted
copy(struct reader *r, const struct wanted *w, int fd,
     const sqfs_inode_generic_t *inode, uint64_t size)
{
	AUTO_FREE uint8_t *piece = malloc(PIECE);

	if (piece == NULL)
		return give_up(r, EXTRACT_FAILED, "out of memory");
	for (uint64_t at = 0; at < size;) {
		sqfs_s32 n =
		    sqfs_data_reader_read(r->data, inode, at, piece, PIECE);

		if (n <= 0)
			return squashfs_failed(
			    r, w->name, n < 0 ? n : SQFS_ERROR_CORRUPTED);
		if (write_all(fd, piece, n) == -1)
			return give_up(r, EXTRACT_FAILED, "%s: %s", w->name,
				       strerror(errno));
		at += n;
	}
	/* after a power cut a directory is either complete or missing */
	if (fdatasync(fd) == -1)
		return give_up(r, EXTRACT_FAILED, "%s: %s", w->name,
			       strerror(errno));
	return EXTRACT_DONE;
}

static enum extracted
copy_all(struct reader *r)
{
	sqfs_inode_generic_t *inodes[NWANTED] = {NULL};
	uint64_t sizes[NWANTED] = {0}, sum = 0;
	enum extracted result = EXTRACT_DONE;
	size_t i;

	for (i = 0; i < NWANTED && result == EXTRACT_DONE; i++) {
		result = find(r, &wanted[i], &inodes[i], &sizes[i]);
		if (result == EXTRACT_NONE && !wanted[i].needed) {
			sqfs_free(inodes[i]);
			inodes[i] = NULL;
			sizes[i] = 0;
			result = EXTRACT_DONE;
		}
		sum += sizes[i];
	}
	if (result == EXTRACT_DONE)
		result = has_room(r, sum);
	for (i = 0; i < NWANTED && result == EXTRACT_DONE; i++)
		if (inodes[i] != NULL)
			result = copy(r, &wanted[i], r->out->fd[i], inodes[i],
				      sizes[i]);
	for (i = 0; i < NWANTED; i++)
		sqfs_free(inodes[i]);
	return result;
}

enum extracted
extract_open(const char *dir, struct extract_files *out, char why[EXTRACT_WHY])
{
	for (size_t i = 0; i < NWANTED; i++) {
		AUTO_FREE char *path = path_in(dir, wanted[i].name);
		int fd =
		    open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

		/* dnsmasq serves only files that all users may read */
		if (fd == -1 || fchmod(fd, 0644) == -1) {
			snprintf(why, EXTRACT_WHY, "%s: %m", path);
			return EXTRACT_FAILED;
		}
		out->fd[i] = fd;
	}
	return EXTRACT_DONE;
}

enum extracted
extract(const char *socket, const struct digest *id,
	const struct extract_files *out, char why[EXTRACT_WHY])
{
	struct reader r = {.out = out, .why = why};
	enum extracted result = source_open(&r, socket, id);

	if (result == EXTRACT_DONE)
		result = confine(&r);
	if (result == EXTRACT_DONE)
		result = open_super(&r);
	if (result == EXTRACT_DONE)
		result = open_tables(&r);
	if (result == EXTRACT_DONE)
		result = copy_all(&r);
	sqfs_destroy(r.data);
	sqfs_destroy(r.dirs);
	sqfs_destroy(r.compressor);
	nbd_close(r.source.nbd);
	return result;
}

void
extract_tidy(const char *dir)
{
	for (size_t i = 0; i < NWANTED; i++) {
		AUTO_FREE char *path = path_in(dir, wanted[i].name);
		struct stat st;

		if (!wanted[i].needed && lstat(path, &st) == 0 &&
		    st.st_size == 0)
			unlink(path);
	}
}
