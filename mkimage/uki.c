/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/uki.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "mkimage/run_tool.h"

#define STUB "/usr/lib/systemd/boot/efi/linuxx64.efi.stub"
#define MIB (UINT64_C(1) << 20)
/* Bytes of a sector of the FAT.  Its tables and directories take less than a
 * fiftieth of the file in it, and a MiB. */
#define FAT_SECTOR 512

/* Offsets and values of Microsoft's "PE Format": the DOS header, which says
 * where the PE header is, and the PE header of a 64-bit program. */
#define DOS_BYTES 64
#define DOS_PE_AT 60
#define PE_BYTES (24 + 60)
#define PE_MACHINE 4
#define PE_MAGIC 24
#define PE_IMAGE_BASE (24 + 24)
#define PE_ALIGNMENT (24 + 32)
#define PE_IMAGE_SIZE (24 + 56)
#define PE_MAGIC_64 0x20b
#define PE_MACHINE_X64 0x8664
#define PE_ALIGNMENT_MAX MIB

struct pe {
	uint64_t base;      /* address for which the program is linked */
	uint64_t size;      /* bytes that the program takes in memory */
	uint64_t alignment; /* a power of 2, for sections in memory */
};

static uint16_t
le16_at(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof v);
	return le16toh(v);
}

static uint32_t
le32_at(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return le32toh(v);
}

static uint64_t
le64_at(const uint8_t *p)
{
	return le32_at(p) | (uint64_t)le32_at(p + 4) << 32;
}

/* Reads the headers of a UEFI program for x86-64.  Returns 0; or -1 with errno
 * EINVAL, if the file is no such program, or the errno of a failed read. */
static int
read_pe(const char *path, struct pe *pe)
{
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	uint8_t dos[DOS_BYTES], h[PE_BYTES];

	if (f == NULL)
		return -1;
	errno = EINVAL;
	if (fread(dos, sizeof dos, 1, f) != 1 || memcmp(dos, "MZ", 2) != 0 ||
	    fseek(f, le32_at(dos + DOS_PE_AT), SEEK_SET) == -1 ||
	    fread(h, sizeof h, 1, f) != 1 || memcmp(h, "PE\0", 4) != 0 ||
	    le16_at(h + PE_MACHINE) != PE_MACHINE_X64 ||
	    le16_at(h + PE_MAGIC) != PE_MAGIC_64) {
		errno = EINVAL;
		return -1;
	}
	pe->base = le64_at(h + PE_IMAGE_BASE);
	pe->alignment = le32_at(h + PE_ALIGNMENT);
	pe->size = le32_at(h + PE_IMAGE_SIZE);
	if (pe->alignment == 0 || pe->alignment > PE_ALIGNMENT_MAX ||
	    (pe->alignment & (pe->alignment - 1)) != 0)
		return -1;
	return 0;
}

static bool
readable(const char *option, const char *path)
{
	if (access(path, R_OK) == 0)
		return true;
	log_error("%s %s: %m", option, path);
	return false;
}

bool
uki_options_ok(bool uki, const char *sign_key, const char *sign_cert,
	       const char *key)
{
	if (uki != (sign_key != NULL) || uki != (sign_cert != NULL))
		log_error("--uki, --sign-key and --sign-cert belong together");
	else if (uki && key == NULL)
		log_error("--uki: what is signed would run any image that it "
			  "is shown; say whom it trusts by --key DIR");
	else
		return true;
	return false;
}

bool
uki_parts_there(const char *key, const char *cert)
{
	bool ok = program_there("objcopy", "binutils");

	ok &= program_there("sbsign", "sbsigntool");
	if (access(STUB, R_OK) == -1) {
		log_error("%s is not installed (on Debian: apt install "
			  "systemd-boot-efi)",
			  STUB);
		ok = false;
	}
	ok &= readable("--sign-key", key);
	return readable("--sign-cert", cert) && ok;
}

int
uki_check_kernel(const char *path)
{
	struct pe pe;

	if (read_pe(path, &pe) == 0)
		return 0;
	if (errno == EINVAL)
		log_error("%s: UEFI cannot start this kernel: it is not for "
			  "x86-64, or lacks CONFIG_EFI_STUB",
			  path);
	else
		log_error("%s: %m", path);
	return -1;
}

static int
write_words(const char *path, const char *words)
{
	FILE *f = fopen(path, "we");

	if (f != NULL) {
		fputs(words, f);
		if (fclose(f) == 0)
			return 0;
	}
	log_error("%s: %m", path);
	return -1;
}

/* Adds the file at `path` to the command as section `name`, at an address
 * behind the sections of pe, and adds the section to pe. */
static void
add_section(struct command *c, const char *name, const char *path,
	    struct pe *pe)
{
	uint64_t end = pe->base + pe->size + pe->alignment - 1;
	uint64_t at = end & ~(pe->alignment - 1);
	struct stat st = {0};

	/* objcopy itself complains of a file that is not there */
	(void)stat(path, &st);
	command_add(c, "--add-section");
	command_add(c, "%s=%s", name, path);
	command_add(c, "--change-section-vma");
	command_add(c, "%s=%#" PRIx64, name, at);
	pe->size = at + st.st_size - pe->base;
}

/* Makes the program `unsigned_path`, which has no signature, from the stub, the
 * command line in the file `words`, kernel and initramfs.  Returns 0, or -1
 * with the error logged. */
static int
pack(const struct uki *u, const char *words, const char *unsigned_path)
{
	AUTO_FREE char *kernel = NULL;
	AUTO_FREE char *initrd = NULL;
	struct command c = {0};
	struct pe pe;

	if (asprintf(&kernel, "%s/vmlinuz", u->dir) == -1 ||
	    asprintf(&initrd, "%s/initrd", u->dir) == -1)
		log_fatal("%s: %m", u->output);
	if (read_pe(STUB, &pe) == -1) {
		log_error("%s: %s", STUB,
			  errno == EINVAL ? "not a program for UEFI"
					  : strerror(errno));
		return -1;
	}
	command_add(&c, "objcopy");
	add_section(&c, ".cmdline", words, &pe);
	add_section(&c, ".linux", kernel, &pe);
	add_section(&c, ".initrd", initrd, &pe);
	command_add(&c, "%s", STUB);
	command_add(&c, "%s", unsigned_path);
	return command_run(&c);
}

static int
sign(const struct uki *u, const char *unsigned_path)
{
	struct command c = {0};

	command_add(&c, "sbsign");
	command_add(&c, "--key");
	command_add(&c, "%s", u->key);
	command_add(&c, "--cert");
	command_add(&c, "%s", u->cert);
	command_add(&c, "--output");
	command_add(&c, "%s", u->output);
	command_add(&c, "%s", unsigned_path);
	return command_run(&c);
}

int
uki_make(const struct uki *u)
{
	AUTO_FREE char *words = NULL;
	AUTO_FREE char *unsigned_path = NULL;
	int result = -1;

	if (asprintf(&words, "%s/source/cmdline", u->work) == -1 ||
	    asprintf(&unsigned_path, "%s/source/unsigned.efi", u->work) == -1)
		log_fatal("%s: %m", u->output);
	if (write_words(words, u->words) == 0 &&
	    pack(u, words, unsigned_path) == 0)
		result = sign(u, unsigned_path);
	unlink(unsigned_path);
	return result;
}

int
uki_make_for_all(const char *dir, const char *words, const char *key,
		 const char *cert)
{
	AUTO_FREE char *output = NULL;
	AUTO_FREE char *all = NULL;

	if (asprintf(&output, "%s/" UKI_NAME, dir) == -1 ||
	    asprintf(&all, "vfield.peer=dhcp %s", words) == -1)
		log_fatal("%s: %m", dir);
	return uki_make(&(struct uki){.dir = dir,
				      .work = dir,
				      .words = all,
				      .key = key,
				      .cert = cert,
				      .output = output});
}

int
uki_fat(const char *uki, const char *img)
{
	struct command make = {0}, dir = {0}, copy = {0};
	struct stat st;

	if (stat(uki, &st) == -1) {
		log_error("%s: %m", uki);
		return -1;
	}
	command_add(&make, "mformat");
	command_add(&make, "-C"); /* makes the file */
	command_add(&make, "-i");
	command_add(&make, "%s", img);
	command_add(&make, "-T"); /* sectors of the FAT */
	command_add(&make, "%" PRIu64,
		    ((uint64_t)st.st_size + st.st_size / 50 + MIB) /
			FAT_SECTOR);
	command_add(&make, "::");
	command_add(&dir, "mmd");
	command_add(&dir, "-i");
	command_add(&dir, "%s", img);
	command_add(&dir, "::EFI");
	command_add(&dir, "::EFI/BOOT");
	command_add(&copy, "mcopy");
	command_add(&copy, "-i");
	command_add(&copy, "%s", img);
	command_add(&copy, "%s", uki);
	command_add(&copy, "::EFI/BOOT/BOOTX64.EFI");
	if (command_run(&make) == 0 && command_run(&dir) == 0)
		return command_run(&copy);
	return -1;
}
