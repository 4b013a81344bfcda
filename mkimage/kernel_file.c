/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/kernel_file.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/source_inside.h"
#include "mkimage/kernel_version.h"

/* Offsets in the file of a kernel for x86, in bytes, from the kernel's
 * Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header". */
#define AT_MAGIC 0x202
/* 2 bytes in the header: offset of the version's text, less BEHIND */
#define AT_VERSION 0x20e
#define BEHIND 0x200
/* bytes to read of a file: BEHIND, and the at most 32 KiB of the real-mode
 * kernel */
#define HEAD_BYTES 0x8200

/* Paths at which distributions have the file of a kernel; %s stands for the
 * version. */
static const char *const places[] = {
    "boot/vmlinuz-%s",       "lib/modules/%s/vmlinuz", "boot/kernel-%s",
    "boot/kernel-x86_64-%s", "boot/vmlinux-%s",        "boot/linux-%s",
    "boot/Image-%s",
};
/* Paths of kernel files without a version in the name, as on Alpine and Arch;
 * %s stands for the flavour or the package. */
static const char *const flavoured[] = {"boot/vmlinuz-%s", "boot/Image-%s"};

/* Returns the path, malloc'ed, of the regular file in `root` whose name is
 * `format` with `word` in place of %s.  Returns NULL if there is no such file,
 * and warns if a file of another type has that name. */
static char *
look(const char *root, const char *format, const char *word)
{
	AUTO_FREE char *name = NULL;
	char *path;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (asprintf(&name, format, word) == -1)
		log_fatal("%s: %m", root);
#pragma GCC diagnostic pop
	path = inside_path(root, name, S_IFREG);
	if (path == NULL && inside_exists(root, name))
		log_warn("/%s of the source is no regular file", name);
	return path;
}

/* Returns whether `file` may be the kernel of this version.  The header of a
 * kernel for x86 has a version, which must be this one; any other file that can
 * be read may be the kernel. */
static bool
may_be(const char *file, const char *version)
{
	AUTO_CLOSE int fd = open(file, O_RDONLY | O_CLOEXEC);
	AUTO_FREE unsigned char *head = calloc(1, HEAD_BYTES + 1);
	ssize_t n =
	    fd == -1 || head == NULL ? -1 : pread(fd, head, HEAD_BYTES, 0);
	size_t at, len = strlen(version);

	if (n < AT_VERSION + 2 || memcmp(head + AT_MAGIC, "HdrS", 4) != 0)
		return n >= 0;
	at = (head[AT_VERSION] | head[AT_VERSION + 1] << 8) + BEHIND;
	if (at + len >= (size_t)n)
		return true;
	return strncmp((char *)head + at, version, len) == 0 &&
	       strchr(" \t\n", head[at + len]) != NULL;
}

static char *
look_flavour(const char *root, const char *flavour, const char *version)
{
	size_t n = *flavour != '\0' ? sizeof flavoured / sizeof *flavoured : 0;

	for (size_t i = 0; i < n; i++) {
		char *path = look(root, flavoured[i], flavour);

		if (path != NULL && may_be(path, version))
			return path;
		free(path);
	}
	return NULL;
}

/* Returns the name, malloc'ed, of the package that the kernel belongs to, which
 * Arch keeps beside the modules.  NULL: no such name is there. */
static char *
package_of(const char *root, const char *version)
{
	AUTO_FREE char *name = NULL;
	AUTO_FCLOSE FILE *f = NULL;
	char *line = NULL;
	size_t size = 0;

	if (asprintf(&name, "lib/modules/%s/pkgbase", version) == -1)
		log_fatal("%s: %m", root);
	f = inside_fopen(root, name);
	if (f != NULL && getline(&line, &size, f) > 0)
		line[strcspn(line, "/\n")] = '\0';
	return line;
}

char *
kernel_file(const char *root, const char *version)
{
	AUTO_FREE char *package = NULL;
	char *path = NULL;

	for (size_t i = 0; i < sizeof places / sizeof *places && path == NULL;
	     i++)
		path = look(root, places[i], version);
	if (path != NULL)
		return path;
	path = look_flavour(root, version_flavour(version), version);
	if (path != NULL)
		return path;
	package = package_of(root, version);
	return package != NULL ? look_flavour(root, package, version) : NULL;
}
