/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* grub-mkrescue makes one file that boots as CD and as disk, by BIOS and by
 * UEFI, as far as GRUB's parts for them are installed.  The initramfs finds
 * the medium again by its label, which is made of the image's id.
 */
#include "mkimage/medium.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/run.h"

#define LABEL_MAX 32 /* ISO 9660's volume identifier, with the NUL */
#define LABEL_DIGITS 8

bool
medium_programs_there(void)
{
	bool ok = program_there("grub-mkrescue", "grub-common grub-pc-bin "
						 "grub-efi-amd64-bin");

	ok &= program_there("xorriso", "xorriso");
	return program_there("mformat", "mtools") && ok;
}

static void
make_label(const char *id, char label[LABEL_MAX])
{
	int n = snprintf(label, LABEL_MAX, "VFIELD_%.*s", LABEL_DIGITS, id);

	for (int i = 0; i < n; i++)
		label[i] = toupper((unsigned char)label[i]);
}

static int
write_menu(const char *path, const char *label, const char *name,
	   const char *id, const char *words)
{
	FILE *f = fopen(path, "we");

	if (f != NULL) {
		fprintf(f,
			"set timeout=3\n"
			"menuentry \"V-FIELD: %s\" {\n"
			"\tlinux /vfield/vmlinuz vfield.medium=%s "
			"vfield.image=%s %s\n"
			"\tinitrd /vfield/initrd\n"
			"}\n",
			name, label, id, words);
		if (fclose(f) == 0)
			return 0;
	}
	log_error("%s: %m", path);
	return -1;
}

static int
run_mkrescue(const char *iso, const char *dir, const char *name,
	     const char *label, const char *menu)
{
	AUTO_FREE char *profile = NULL;
	struct command c = {0};

	command_add(&c, "grub-mkrescue");
	command_add(&c, "--output=%s", iso);
	command_add(&c, "boot/grub/grub.cfg=%s", menu);
	command_add(&c, "vfield/vmlinuz=%s/vmlinuz", dir);
	command_add(&c, "vfield/initrd=%s/initrd", dir);
	command_add(&c, "vfield/%s.squashfs=%s/%s.squashfs", name, dir, name);
	command_add(&c, "vfield/%s.squashfs.vfm=%s/%s.squashfs.vfm", name, dir,
		    name);
	if (asprintf(&profile, "%s/%s.squashfs.vfp", dir, name) == -1)
		log_fatal("%s: %m", iso);
	if (access(profile, F_OK) == 0)
		command_add(&c, "vfield/%s.squashfs.vfp=%s", name, profile);
	command_add(&c, "--");
	command_add(&c, "-volid");
	command_add(&c, "%s", label);
	return command_run(&c);
}

int
medium_make(const char *iso, const char *dir, const char *name, const char *id,
	    const char *words)
{
	AUTO_FREE char *menu = NULL;
	AUTO_FREE char *fresh = NULL;
	char label[LABEL_MAX];
	int result = -1;

	if (asprintf(&menu, "%s/source/grub.cfg", dir) == -1 ||
	    asprintf(&fresh, "%s.new", iso) == -1)
		log_fatal("%s: %m", iso);
	make_label(id, label);
	if (write_menu(menu, label, name, id, words) == -1)
		return -1;
	if (run_mkrescue(fresh, dir, name, label, menu) == 0)
		result = rename(fresh, iso);
	if (result == -1) {
		log_error("%s: it could not be made", iso);
		unlink(fresh);
	}
	return result;
}
