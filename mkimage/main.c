/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield-mkimage: an installed Linux becomes an image that machines boot.
 *
 * First everything is found and checked, then the image is written beside its
 * place, and it gets its name only when all is well: an image that has a name
 * is a whole one.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/manifest.h"
#include "lib/options.h"
#include "lib/profile.h"
#include "lib/program_dir.h"
#include "mkimage/boot_config.h"
#include "mkimage/boot_files.h"
#include "mkimage/kernel.h"
#include "mkimage/inside.h"
#include "mkimage/medium.h"
#include "mkimage/place.h"
#include "mkimage/root.h"
#include "mkimage/run.h"
#include "mkimage/squash.h"
#include "mkimage/tree.h"

#define LEVEL_DEFAULT 15 /* zstd's level; chosen, small before fast */
#define LEVEL_MAX 22
#define MIB (1U << 20)
/* A squashed system's size in hundredths of its files', for the estimate
 * (a Debian with systemd has 40 to 45). */
#define SQUASHED_PERCENT 45
#define INITRD_BYTES (11 * MIB)

struct settings {
	const char *output;
	const char *name;
	const char *kernel;
	const char *exclude_file;
	struct option_list exclude;
	const char *append;
	const char *iso;
	const char *rom;
	const char *profile;
	uint64_t level;
	uint64_t partition;
	bool all_cards;
	bool dry_run;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    OPT("output", 'o', STRING, output, "DIR",
	"where image, manifest, kernel, initramfs and boot files go"),
    OPT("name", 'N', STRING, name, "NAME",
	"what the image is called (default: as the source)"),
    OPT("partition", 'p', NUMBER, partition, "N",
	"which partition is the root (default: the one that has one)"),
    OPT("kernel", 'k', STRING, kernel, "VERSION",
	"which of the source's kernels (default: the newest)"),
    OPT("exclude", 'e', LIST, exclude, "PATTERN",
	"leave this out as well; may be repeated"),
    OPT("exclude-file", 0, STRING, exclude_file, "FILE",
	"list of what is left out, instead of the usual one"),
    OPT("append", 0, STRING, append, "WORDS",
	"further words for the kernel's command line"),
    OPT("iso", 0, STRING, iso, "FILE",
	"make a medium too, with the image in it: CD and USB, BIOS and "
	"UEFI"),
    OPT("profile", 0, STRING, profile, "FILE.vfp",
	"a boot profile, of this image or of an earlier one of the source"),
    OPT("rom", 0, STRING, rom, "DIR",
	"where iPXE's undionly.kpxe and snponly.efi are (default: where "
	"package ipxe puts them, if it is installed)"),
    OPT("level", 0, NUMBER, level, "1-22", "how hard zstd tries (default: 15)"),
    OPT("all-cards", 0, FLAG, all_cards, NULL,
	"drivers of all wired network cards, not only of common ones"),
    OPT("dry-run", 'n', FLAG, dry_run, NULL,
	"check the source, say what would be made, and exit"),
    {0},
};

static const struct command_spec command = {
    .program = "vfield-mkimage",
    .args = "SOURCE",
    .summary = "Make an image that machines boot, of an installed Linux:\n"
	       "a root directory, / itself, a partition, a disk or an image\n"
	       "of one (raw or qcow2), or a tar.",
    .options = options,
};

struct job {
	struct settings set;
	const char *source;
	char *bin;  /* the directory of this program */
	char *list; /* the file that says what is left out */
	char name[MANIFEST_NAME_MAX + 1];
	struct place place;
	struct tree tree;
	struct kernel kernel;
};

static char *text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static char *
text(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) == -1)
		log_fatal("%s: %m", fmt);
	va_end(ap);
	return s;
}

static void
find_self(struct job *j)
{
	j->bin = program_dir();
	if (j->bin == NULL)
		log_fatal("cannot tell where vfield-mkimage is: %m");
}

/* The list is installed, or in the tree where it was built. */
static void
find_list(struct job *j)
{
	static const char *const dirs[] = {"lib/vfield", "lib"};

	if (j->set.exclude_file != NULL) {
		j->list = text("%s", j->set.exclude_file);
		if (access(j->list, R_OK) == -1)
			log_fatal("%s: %m", j->list);
		return;
	}
	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++) {
		free(j->list);
		j->list = text("%s/../%s/mkimage/exclude", j->bin, dirs[i]);
		if (access(j->list, R_OK) == 0)
			return;
	}
	log_fatal("%s: %m: is the installation whole?", j->list);
}

/* The source's last directory or its file's name without suffixes. */
static void
choose_name(struct job *j)
{
	AUTO_FREE char *real = realpath(j->source, NULL);
	const char *base = real ? strrchr(real, '/') + 1 : "";
	size_t n = 0;

	if (j->set.name != NULL) {
		strcpy(j->name, j->set.name);
		return;
	}
	for (; base[n] != '\0' && base[n] != '.' && n < MANIFEST_NAME_MAX; n++)
		j->name[n] = base[n];
	if (!manifest_name_ok(j->name, n))
		strcpy(j->name, "system");
}

/* The number of chunks is known later, so it is not checked here. */
static bool
check_profile(const struct job *j)
{
	AUTO_FREE struct profile *p = NULL;
	const char *why;

	if (j->set.profile == NULL)
		return true;
	p = profile_load(j->set.profile, MANIFEST_CHUNKS_MAX, &why);
	if (p == NULL)
		log_error("%s: %s", j->set.profile, why);
	return p != NULL;
}

static void
check_tools(const struct job *j)
{
	bool ok = program_there("mksquashfs", "squashfs-tools");

	if (j->set.iso != NULL)
		ok &= medium_programs_there();
	ok &= boot_files_check_roms(j->set.rom) == 0;
	ok &= check_profile(j);
	if (!ok)
		exit(1);
}

/* Bytes that are free where path is or will be; UINT64_MAX: unknown. */
static uint64_t
free_at(const char *path)
{
	AUTO_FREE char *above = strdup(path);
	struct statvfs fs;

	if (statvfs(path, &fs) == -1 && statvfs(dirname(above), &fs) == -1)
		return UINT64_MAX;
	return (uint64_t)fs.f_bavail * fs.f_frsize;
}

static int
check_free(const char *path, uint64_t wanted)
{
	uint64_t there = free_at(path);

	if (there >= wanted)
		return 0;
	log_error("%s: only %" PRIu64 " MiB are free, and about %" PRIu64
		  " are wanted; make room, or write elsewhere",
		  path, there / MIB, wanted / MIB + 1);
	return -1;
}

/* The room that the image will need, roughly, must be free.  -1: logged. */
static int
check_room(const struct job *j)
{
	struct stat st = {0};
	uint64_t boot, image;

	stat(j->kernel.file, &st);
	boot = st.st_size + INITRD_BYTES;
	image = j->tree.bytes / 100 * SQUASHED_PERCENT + boot;
	log_info("%s: %" PRIu64 " files, %" PRIu64 " MiB; kernel %s; the "
		 "image will have about %" PRIu64 " MiB",
		 j->source, j->tree.files, j->tree.bytes / MIB,
		 j->kernel.version, image / MIB);
	if (j->set.dry_run)
		return 0;
	if (check_free(j->set.output, image + boot) == -1)
		return -1;
	return j->set.iso ? check_free(j->set.iso, image + boot) : 0;
}

static int
check_source(struct job *j)
{
	const char *tmp = getenv("TMPDIR");

	if (tree_open(j->source, tmp ? tmp : "/var/tmp", j->set.partition,
		      &j->tree) == -1)
		return -1;
	if (kernel_find(j->tree.dir, j->set.kernel, &j->kernel) == -1)
		return -1;
	if (kernel_check(j->tree.dir, &j->kernel) == -1)
		return -1;
	return check_room(j);
}

/* An image does not hold itself. */
static void
leave_out_output(const struct job *j, struct option_list *out)
{
	AUTO_FREE char *output = realpath(j->set.output, NULL);
	const char *root = j->tree.real;
	size_t len;

	if (output == NULL || root == NULL || out->n == OPTION_LIST_MAX)
		return;
	len = strcmp(root, "/") == 0 ? 0 : strlen(root);
	if (strncmp(output, root, len) == 0 && output[len] == '/')
		out->v[out->n++] = strdup(output + len + 1);
}

static int
make_squashfs(const struct job *j, const char *file)
{
	struct boot_files boot;
	struct squash s = {
	    .root = j->tree.dir,
	    .crosses = j->tree.crosses,
	    .boot = &boot,
	    .output = file,
	    .list = j->list,
	    .extra = j->set.exclude,
	    .work_dir = j->place.work,
	    .level = j->set.level,
	};

	boot_files_look(j->place.work, &boot);
	leave_out_output(j, &s.extra);
	return squash_make(&s);
}

/* The same image has the same manifest: its UUID is made of its hashes. */
static int
make_manifest(const struct job *j, const char *image, const char *path,
	      char id[DIGEST_HEX])
{
	AUTO_CLOSE int fd = open(image, O_RDONLY | O_CLOEXEC);
	struct manifest *m = NULL;
	struct digest d;
	int result;

	if (fd != -1)
		m = manifest_create(fd, j->name, MANIFEST_CHUNK_DEFAULT, NULL);
	if (m == NULL) {
		log_error("%s: %m", image);
		return -1;
	}
	d = digest_of(m->chunks, m->nchunks * sizeof *m->chunks);
	memcpy(m->uuid, d.b, sizeof m->uuid);
	m->uuid[6] = (m->uuid[6] & 0x0f) | 0x80; /* RFC 9562, version 8 */
	m->uuid[8] = (m->uuid[8] & 0x3f) | 0x80;
	result = manifest_save(m, path);
	if (result == -1)
		log_error("%s: %m", path);
	else
		digest_hex(&m->id, id);
	manifest_free(m);
	return result;
}

/* A profile that was recorded of this image's predecessor is better than
 * none. */
static int
make_profile(const struct job *j, const char *manifest, const char *path)
{
	AUTO_FREE struct profile *p = NULL;
	AUTO_FREE char *text = NULL;
	AUTO_FCLOSE FILE *f = NULL;
	struct manifest *m;
	const char *why;
	size_t len;

	if (j->set.profile == NULL)
		return 0;
	m = manifest_load(manifest, &why);
	if (m != NULL)
		p = profile_load(j->set.profile, m->nchunks, &why);
	if (p == NULL) {
		log_error("%s: %s", j->set.profile, why);
		manifest_free(m);
		return -1;
	}
	p->image = m->id;
	manifest_free(m);
	text = profile_text(p, &len);
	f = fopen(path, "we");
	if (text != NULL && f != NULL && fwrite(text, len, 1, f) == 1 &&
	    fflush(f) == 0)
		return 0;
	log_error("%s: %m", path);
	return -1;
}

static int
copy_kernel(const struct job *j)
{
	struct command c = {0};

	command_add(&c, "cp");
	command_add(&c, "--");
	command_add(&c, "%s", j->kernel.file);
	command_add(&c, "%s/vmlinuz", j->place.work);
	return command_run(&c);
}

/* A link in shadow, under the name that a root has for it, to the source's own
 * file or directory. */
static int
link_part(const struct job *j, const char *shadow, const char *name,
	  unsigned type)
{
	AUTO_FREE char *real = inside_path(j->tree.dir, name, type);
	AUTO_FREE char *link = text("%s/%s", shadow, name);

	if (real == NULL || symlink(real, link) == 0)
		return 0;
	log_error("%s: %m", link);
	return -1;
}

/* The parts of the source that vfield-mkinitramfs wants, without the source's
 * own symbolic links on the way, which mean something else here. */
static int
make_shadow(const struct job *j, const char *shadow)
{
	static const char *const dirs[] = {"", "/lib", "/lib/modules", "/boot"};
	AUTO_FREE char *modules = text("lib/modules/%s", j->kernel.version);
	AUTO_FREE char *config = text("boot/config-%s", j->kernel.version);

	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++) {
		AUTO_FREE char *dir = text("%s%s", shadow, dirs[i]);

		if (mkdir(dir, 0755) == -1) {
			log_error("%s: %m", dir);
			return -1;
		}
	}
	if (link_part(j, shadow, modules, S_IFDIR) == -1 ||
	    link_part(j, shadow, "lib/firmware", S_IFDIR) == -1)
		return -1;
	return link_part(j, shadow, config, S_IFREG);
}

static int
make_initramfs(const struct job *j)
{
	AUTO_FREE char *shadow = text("%s/source", j->place.work);
	struct command c = {0};

	if (make_shadow(j, shadow) == -1)
		return -1;
	command_add(&c, "%s/vfield-mkinitramfs", j->bin);
	command_add(&c, "--root");
	command_add(&c, "%s", shadow);
	command_add(&c, "--kernel");
	command_add(&c, "%s", j->kernel.version);
	if (j->set.all_cards)
		command_add(&c, "--all-cards");
	command_add(&c, "--output");
	command_add(&c, "%s/initrd", j->place.work);
	return command_run(&c);
}

static int
make_files(const struct job *j, const char *image)
{
	const char *dir = j->place.work;
	AUTO_FREE char *path = text("%s/%s", dir, image);
	AUTO_FREE char *manifest = text("%s.vfm", path);
	AUTO_FREE char *profile = text("%s.vfp", path);
	const char *words = j->set.append ? j->set.append : "";
	char id[DIGEST_HEX];

	if (make_initramfs(j) == -1 || copy_kernel(j) == -1 ||
	    boot_files_copy_roms(j->set.rom, dir) == -1 ||
	    make_squashfs(j, path) == -1 ||
	    make_manifest(j, path, manifest, id) == -1 ||
	    make_profile(j, manifest, profile) == -1 ||
	    boot_config_write(dir, id, words) == -1)
		return -1;
	if (j->set.iso == NULL)
		return 0;
	return medium_make(j->set.iso, dir, j->name, id, words);
}

static int
make_all(struct job *j)
{
	AUTO_FREE char *image = text("%s.squashfs", j->name);
	int result;

	if (place_open(j->set.output, &j->place) == -1)
		return -1;
	result = make_files(j, image);
	if (result == 0 && !run_interrupted())
		result = place_keep(&j->place, image);
	place_close(&j->place);
	if (result == -1 || run_interrupted())
		return -1;
	printf("%s/%s\n", j->set.output, image);
	return fflush(stdout);
}

static bool
well_used(const struct settings *s, int nrest)
{
	if (nrest != 1)
		log_error("one SOURCE is wanted");
	else if (s->output == NULL && !s->dry_run)
		log_error("where to?  -o DIR");
	else if (s->level < 1 || s->level > LEVEL_MAX)
		log_error("--level %" PRIu64 ": it is 1 to %d", s->level,
			  LEVEL_MAX);
	else if (s->name != NULL && !manifest_name_ok(s->name, strlen(s->name)))
		log_error("--name %s: letters, digits, '.', '_' and '-', at "
			  "most %d",
			  s->name, MANIFEST_NAME_MAX);
	else
		return true;
	return false;
}

int
main(int argc, char **argv)
{
	struct job j = {.set = {.level = LEVEL_DEFAULT, .partition = ROOT_ANY}};
	char **rest;
	int nrest, result = -1;

	log_init(command.program, false);
	run_init();
	options_parse(&command, argc, argv, &j.set, &rest, &nrest);
	if (!well_used(&j.set, nrest)) {
		fprintf(stderr, "Try 'vfield-mkimage --help'.\n");
		return 2;
	}
	j.source = rest[0];
	if (j.set.output == NULL)
		j.set.output = ".";
	find_self(&j);
	find_list(&j);
	choose_name(&j);
	check_tools(&j);
	if (check_source(&j) == 0)
		result = j.set.dry_run ? 0 : make_all(&j);
	tree_close(&j.tree);
	kernel_free(&j.kernel);
	free(j.list);
	free(j.bin);
	return result == 0 ? 0 : 1;
}
