/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/initramfs.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/source_inside.h"
#include "mkimage/run_tool.h"
#include "mkimage/text.h"

bool
initramfs_programs_there(bool packed)
{
	static const char *const programs[][2] = {
	    {"busybox", "busybox-static"}, {"cpio", "cpio"},
	    {"modprobe", "kmod"},          {"depmod", "kmod"},
	    {"modinfo", "kmod"},
	};
	bool ok = !packed || program_there("nbdkit", "nbdkit");

	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
		ok &= program_there(programs[i][0], programs[i][1]);
	return ok;
}

static int
copy_kernel(const struct kernel *k, const char *dir)
{
	struct command c = {0};

	command_add(&c, "cp");
	command_add(&c, "--");
	command_add(&c, "%s", k->file);
	command_add(&c, "%s/vmlinuz", dir);
	return command_run(&c);
}

/* Makes the symbolic link shadow/name, which leads to the file of that name and
 * type (S_IFDIR, S_IFREG) in the source at `root`.  Makes no link if the source
 * has no such file.  Returns 0, or -1 with the error logged. */
static int
link_part(const char *root, const char *shadow, const char *name, unsigned type)
{
	AUTO_FREE char *real = inside_path(root, name, type);
	AUTO_FREE char *link = text_of("%s/%s", shadow, name);

	if (real == NULL || symlink(real, link) == 0)
		return 0;
	log_error("%s: %m", link);
	return -1;
}

/* Makes the directory `shadow`, which vfield-mkinitramfs takes for the source's
 * root.  The directory has links to those parts of the source that
 * vfield-mkinitramfs needs.  The source itself would not do, since its own
 * symbolic links may lead to files of this machine.  Returns 0, or -1 with the
 * error logged. */
static int
make_shadow(const char *root, const char *version, const char *shadow)
{
	static const char *const dirs[] = {"", "/lib", "/lib/modules", "/boot"};
	AUTO_FREE char *modules = text_of("lib/modules/%s", version);
	AUTO_FREE char *config = text_of("boot/config-%s", version);

	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++) {
		AUTO_FREE char *dir = text_of("%s%s", shadow, dirs[i]);

		if (mkdir(dir, 0755) == -1) {
			log_error("%s: %m", dir);
			return -1;
		}
	}
	if (link_part(root, shadow, modules, S_IFDIR) == -1 ||
	    link_part(root, shadow, "lib/firmware", S_IFDIR) == -1)
		return -1;
	return link_part(root, shadow, config, S_IFREG);
}

int
initramfs_make(const char *root, const struct kernel *k, const char *bin,
	       const struct initramfs_parts *parts, const char *dir)
{
	AUTO_FREE char *shadow = text_of("%s/source", dir);
	struct command c = {0};

	if (make_shadow(root, k->version, shadow) == -1)
		return -1;
	command_add(&c, "%s/vfield-mkinitramfs", bin);
	command_add(&c, "--root");
	command_add(&c, "%s", shadow);
	command_add(&c, "--kernel");
	command_add(&c, "%s", k->version);
	if (parts->all_cards)
		command_add(&c, "--all-cards");
	if (parts->tls)
		command_add(&c, "--tls");
	if (parts->programs != NULL) {
		command_add(&c, "--programs");
		command_add(&c, "%s", parts->programs);
	}
	command_add(&c, "--output");
	command_add(&c, "%s/initrd", dir);
	if (command_watch(&c, "packing the initramfs", 0) == -1)
		return -1;
	return copy_kernel(k, dir);
}
