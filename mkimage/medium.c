/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* grub-mkrescue makes one file that boots both as a CD and as a disk, by BIOS
 * and by UEFI, as far as the parts of GRUB for the two are installed.  The
 * initramfs finds the medium again by its label, which is made of the image's
 * id. */
#include "mkimage/medium.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/jobs_list.h"
#include "mkimage/run_tool.h"
#include "mkimage/site_image.h"
#include "mkimage/uki.h"

/* bytes of a medium's label (ISO 9660's volume identifier), with the NUL */
#define LABEL_MAX 32
/* path of the cluster key on the medium */
#define CLUSTER_KEY "vfield/cluster.key"
#define LABEL_DIGITS 8
/* directory of GRUB's parts for BIOS, the only ones on a medium on which UEFI
 * starts the signed program */
#define GRUB_BIOS "/usr/lib/grub/i386-pc"

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

/* Returns the kernel's command line, malloc'ed. */
static char *
make_words(const struct medium *m, const char *label)
{
	char *words;

	if (asprintf(&words, "vfield.medium=%s vfield.image=%s %s", label,
		     m->id, m->words) == -1)
		log_fatal("%s: %m", m->iso);
	return words;
}

static int
write_menu(const struct medium *m, const char *path, const char *words)
{
	FILE *f = fopen(path, "we");

	if (f != NULL) {
		fprintf(f,
			"set timeout=3\n"
			"menuentry \"V-FIELD: %s\" {\n"
			"\tlinux /vfield/vmlinuz %s\n"
			"\tinitrd /vfield/initrd\n"
			"}\n",
			m->name, words);
		if (fclose(f) == 0)
			return 0;
	}
	log_error("%s: %m", path);
	return -1;
}

/* Makes the file `img` with the signed program that UEFI starts.  Returns 0, or
 * -1 with the error logged. */
static int
make_signed(const struct medium *m, const char *words, const char *img)
{
	AUTO_FREE char *program = NULL;
	int result = -1;

	if (asprintf(&program, "%s/source/medium.efi", m->work) == -1)
		log_fatal("%s: %m", m->iso);
	if (uki_make(&(struct uki){.dir = m->dir,
				   .work = m->work,
				   .words = words,
				   .key = m->sign_key,
				   .cert = m->sign_cert,
				   .output = program}) == 0)
		result = uki_fat(program, img);
	unlink(program);
	return result;
}

/* Adds to the command the arguments by which grub-mkrescue leaves out GRUB for
 * UEFI, and makes UEFI boot the file `img`, as it would otherwise boot GRUB. */
static void
add_signed(struct command *c, const char *img)
{
	command_add(c, "--directory=" GRUB_BIOS);
	command_add(c, "efi.img=%s", img);
	command_add(c, "--efi-boot");
	command_add(c, "efi.img");
	command_add(c, "-efi-boot-part");
	command_add(c, "--efi-boot-image");
}

/* Adds to the command, after "--", what makes the cluster key root's alone on a
 * machine that mounts the medium; grub-mkrescue lets everybody read all files.
 */
static void
hide_cluster_key(struct command *c)
{
	static const char *const words[] = {
	    "-chown", "0",    "/" CLUSTER_KEY, "--",
	    "-chmod", "0400", "/" CLUSTER_KEY, "--"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		command_add(c, "%s", words[i]);
}

/* Runs grub-mkrescue, which writes the medium to `iso`.  ISO 9660 needs level 3
 * for files of more than 4 GiB.  Returns 0, or -1 with the error logged. */
static int
run_mkrescue(const struct medium *m, const char *iso, const char *label,
	     const char *menu, const char *signed_img)
{
	static const char *const suffixes[] = {"", ".vfm", ".vfp"};
	struct command c = {0};

	command_add(&c, "grub-mkrescue");
	command_add(&c, "--output=%s", iso);
	/* options of mkisofs stand before "--", those of xorriso after it */
	command_add(&c, "-iso-level");
	command_add(&c, "3");
	if (m->sign_key != NULL)
		add_signed(&c, signed_img);
	command_add(&c, "boot/grub/grub.cfg=%s", menu);
	command_add(&c, "vfield/vmlinuz=%s/vmlinuz", m->dir);
	command_add(&c, "vfield/initrd=%s/initrd", m->dir);
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		AUTO_FREE char *path = NULL;

		if (asprintf(&path, "%s/%s.squashfs%s", m->dir, m->name,
			     suffixes[i]) == -1)
			log_fatal("%s: %m", iso);
		if (access(path, F_OK) == 0)
			command_add(&c, "vfield/%s.squashfs%s=%s", m->name,
				    suffixes[i], path);
	}
	for (size_t i = 0; m->jobs && i < 2; i++)
		command_add(&c,
			    "vfield/site/" JOBS_LIST_FILE
			    "%s=%s/" JOBS_LIST_FILE "%s",
			    suffixes[i], m->dir, suffixes[i]);
	for (size_t i = 0; m->site && i < 2; i++)
		command_add(&c,
			    "vfield/site/" SITE_IMAGE_FILE
			    "%s=%s/" SITE_IMAGE_FILE "%s",
			    suffixes[i], m->dir, suffixes[i]);
	if (m->signed_words)
		command_add(&c, "vfield/words=%s/words", m->dir);
	if (m->cluster_key != NULL)
		command_add(&c, CLUSTER_KEY "=%s", m->cluster_key);
	command_add(&c, "--");
	command_add(&c, "-volid");
	command_add(&c, "%s", label);
	if (m->cluster_key != NULL)
		hide_cluster_key(&c);
	return command_watch(&c, "writing the medium", 0);
}

int
medium_make(const struct medium *m)
{
	AUTO_FREE char *menu = NULL;
	AUTO_FREE char *img = NULL;
	AUTO_FREE char *fresh = NULL;
	AUTO_FREE char *words = NULL;
	char label[LABEL_MAX];
	int result = -1;

	if (asprintf(&menu, "%s/source/grub.cfg", m->work) == -1 ||
	    asprintf(&img, "%s/source/efi.img", m->work) == -1 ||
	    asprintf(&fresh, "%s.new", m->iso) == -1)
		log_fatal("%s: %m", m->iso);
	make_label(m->id, label);
	words = make_words(m, label);
	if (write_menu(m, menu, words) == -1 ||
	    (m->sign_key != NULL && make_signed(m, words, img) == -1))
		return -1;
	if (run_mkrescue(m, fresh, label, menu, img) == 0)
		result = rename(fresh, m->iso);
	if (result == -1) {
		log_error("%s: it could not be made", m->iso);
		unlink(fresh);
	}
	return result;
}
