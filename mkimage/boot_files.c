/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/boot_files.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/run_tool.h"
#include "mkimage/uki.h"

static const char *const names[] = {"vmlinuz", "initrd", "undionly.kpxe",
				    "snponly.efi", UKI_NAME};

#define NNAMES (sizeof names / sizeof *names)

/* For each ROM of iPXE, the name of its file in V-FIELD, and another name that
 * some distributions give the file. */
static const char *const roms[][2] = {
    {"undionly.kpxe", "undionly.kpxe"},
    {"snponly.efi", "ipxe-snponly-x86_64.efi"},
};

#define NROMS (sizeof roms / sizeof *roms)

static const char *const rom_dirs[] = {"/usr/lib/ipxe", "/usr/share/ipxe"};

#define NROM_DIRS (sizeof rom_dirs / sizeof *rom_dirs)

static char *
path_of(const char *dir, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", dir, name) == -1)
		log_fatal("%s: %m", name);
	return path;
}

void
boot_files_look(const char *dir, struct boot_files *f)
{
	*f = (struct boot_files){.dir = dir};
	for (size_t i = 0; i < NNAMES; i++) {
		AUTO_FREE char *path = path_of(dir, names[i]);

		if (access(path, R_OK) == 0)
			f->names[f->n++] = names[i];
	}
}

static int
copy(const char *from, const char *dir, const char *name)
{
	struct command c = {0};

	command_add(&c, "cp");
	command_add(&c, "--");
	command_add(&c, "%s", from);
	command_add(&c, "%s/%s", dir, name);
	return command_run(&c);
}

/* Returns the path, malloc'ed, of the ROM roms[rom] in dir; NULL: dir has no
 * file of either name. */
static char *
rom_in(size_t rom, const char *dir)
{
	for (size_t i = 0; i < 2; i++) {
		char *path = path_of(dir, roms[rom][i]);

		if (access(path, R_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

static char *
find_rom(size_t rom, const char *from)
{
	char *path = NULL;

	if (from != NULL)
		return rom_in(rom, from);
	for (size_t i = 0; i < NROM_DIRS && path == NULL; i++)
		path = rom_in(rom, rom_dirs[i]);
	return path;
}

int
boot_files_check_roms(const char *from)
{
	int result = 0;

	for (size_t i = 0; i < NROMS; i++) {
		AUTO_FREE char *path = find_rom(i, from);

		if (path != NULL)
			continue;
		if (from == NULL) {
			log_info("%s is not here, so PXE firmware cannot be "
				 "booted with what is in the image (on Debian: "
				 "apt install ipxe)",
				 roms[i][0]);
			continue;
		}
		log_error("%s: no %s in it", from, roms[i][0]);
		result = -1;
	}
	return result;
}

int
boot_files_copy_roms(const char *from, const char *dir)
{
	for (size_t i = 0; i < NROMS; i++) {
		AUTO_FREE char *path = find_rom(i, from);

		if (path != NULL && copy(path, dir, roms[i][0]) == -1)
			return -1;
	}
	return 0;
}
