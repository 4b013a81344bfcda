/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/loaders.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"

/* File with kernel, initramfs and command line as one signed program, which an
 * image may have (vfield-mkimage --uki). */
#define SIGNED "vfield.efi"

/* The boot loaders, each with the paths at which distributions install it. */
static const struct {
	const char *name, *elsewhere[2];
} loaders[] = {
    {"undionly.kpxe",
     {"/usr/lib/ipxe/undionly.kpxe", "/usr/share/ipxe/undionly.kpxe"}},
    {"snponly.efi",
     {"/usr/lib/ipxe/snponly.efi", "/usr/share/ipxe/ipxe-snponly-x86_64.efi"}},
    {"ipxe.efi", {"/usr/lib/ipxe/ipxe.efi", "/usr/share/ipxe/ipxe-x86_64.efi"}},
    {"snponly-i386.efi",
     {"/usr/share/ipxe/ipxe-snponly-i386.efi",
      "/usr/lib/ipxe/snponly-i386.efi"}},
    {"ipxe-i386.efi",
     {"/usr/lib/ipxe/ipxe-i386.efi", "/usr/share/ipxe/ipxe-i386.efi"}},
    {"snponly-arm64.efi",
     {"/usr/share/ipxe/arm64-efi/snponly.efi",
      "/usr/lib/ipxe/snponly-arm64.efi"}},
    {"ipxe-arm64.efi",
     {"/usr/lib/ipxe/ipxe-arm64.efi", "/usr/share/ipxe/arm64-efi/ipxe.efi"}},
    {"snponly-riscv64.efi", {"/usr/lib/ipxe/snponly-riscv64.efi", NULL}},
    {"ipxe-riscv64.efi", {"/usr/lib/ipxe/ipxe-riscv64.efi", NULL}},
    {"lpxelinux.0", {"/usr/lib/PXELINUX/lpxelinux.0", NULL}},
    {"pxelinux.0", {"/usr/lib/PXELINUX/pxelinux.0", NULL}},
    {"ldlinux.c32", {"/usr/lib/syslinux/modules/bios/ldlinux.c32", NULL}},
};

static int
failed(const char *path)
{
	log_error("%s: %m", path);
	return -1;
}

static int
link_one(const char *dir, const char *name, const char *target)
{
	AUTO_FREE char *path = path_in(dir, name);

	if (unlink(path) == -1 && errno != ENOENT)
		return failed(path);
	if (target == NULL)
		return 0;
	return symlink(target, path) == -1 ? failed(path) : 0;
}

static int
link_loader(struct boot *b, size_t i)
{
	const char *files = b->config.set.files;
	AUTO_FREE char *own =
	    files != NULL ? path_in(files, loaders[i].name) : NULL;
	const char *target = own;
	char real[PATH_MAX];

	for (int j = 0; j < 2 && (target == NULL || access(target, R_OK) == -1);
	     j++)
		target = loaders[i].elsewhere[j];
	if (target != NULL && realpath(target, real) == NULL)
		target = NULL;
	return link_one(b->paths.tftp, loaders[i].name,
			target != NULL ? real : NULL);
}

int
loaders_link(struct boot *b)
{
	if (link_one(b->paths.tftp, "vmlinuz", "default/vmlinuz") == -1 ||
	    link_one(b->paths.tftp, "initrd", "default/initrd") == -1 ||
	    link_one(b->paths.tftp, SIGNED, "default/" SIGNED) == -1)
		return -1;
	for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++)
		if (link_loader(b, i) == -1)
			return -1;
	return 0;
}

static bool
in_files(const struct boot *b, const char *name)
{
	AUTO_FREE char *path = NULL;

	if (b->config.set.files == NULL)
		return false;
	path = path_in(b->config.set.files, name);
	return access(path, R_OK) == 0;
}

bool
loaders_take(struct boot *b)
{
	AUTO_FREE char *image = path_in(b->paths.tftp, "default");
	AUTO_FREE char *signed_path = path_in(b->paths.tftp, SIGNED);
	bool is_signed = access(signed_path, R_OK) == 0;
	bool news = is_signed != b->is_signed;

	b->is_signed = is_signed;
	for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++) {
		const char *name = loaders[i].name;
		AUTO_FREE char *from = path_in(image, name);
		AUTO_FREE char *to = path_in(b->paths.tftp, name);
		AUTO_FREE char *new = path_in(image, "loader.new");
		bool there = access(to, R_OK) == 0;

		if (in_files(b, name) || access(from, R_OK) == -1)
			continue;
		if (link(from, new) == -1 || rename(new, to) == -1)
			failed(to);
		else
			news |= !there;
		/* if `new` and `to` are links to the same file, rename leaves
		 * both */
		unlink(new);
	}
	return news;
}
