/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield-mkimage: makes an image, which machines boot, from an installed Linux.
 *
 * The program first finds and checks all that it needs.  Then it makes the
 * image in a working directory within the output directory, and moves it out
 * only when all is well: an image that has its name is a whole one. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/manifest.h"
#include "lib/options.h"
#include "lib/program_dir.h"
#include "mkimage/boot_config.h"
#include "mkimage/boot_files.h"
#include "mkimage/contents.h"
#include "mkimage/initramfs.h"
#include "mkimage/jobs_list.h"
#include "mkimage/kernel.h"
#include "mkimage/medium.h"
#include "mkimage/patterns.h"
#include "mkimage/output_place.h"
#include "mkimage/plugin_build.h"
#include "mkimage/disk_room.h"
#include "mkimage/disk_root.h"
#include "mkimage/run_tool.h"
#include "mkimage/scan.h"
#include "mkimage/site_image.h"
#include "mkimage/squash.h"
#include "mkimage/source_tree.h"
#include "mkimage/text.h"
#include "mkimage/trust.h"
#include "mkimage/uki.h"

#define LEVEL_DEFAULT 15 /* zstd's level; arbitrary: favours a small image */
#define LEVEL_MAX 22
#define MIB (1U << 20)
/* rough size in bytes of an initramfs with the drivers of common cards */
#define INITRD_BYTES (11 * MIB)
/* Exit status that says that the image was made, but lacks parts of the
 * source. */
#define STATUS_PARTS_MISSING 3

struct settings {
	const char *output;
	const char *name;
	const char *subvolume;
	const char *kernel;
	const char *exclude_file;
	struct option_list exclude;
	const char *append;
	const char *key;
	const char *site;
	const char *install;
	const char *iso;
	const char *rom;
	const char *programs;
	const char *profile;
	struct option_list plugin;
	const char *packages;
	uint64_t level;
	uint64_t partition;
	const char *cluster_key, *sign_key, *sign_cert;
	bool uki;
	bool all_cards;
	bool allow_secrets;
	bool force;
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
    OPT("subvolume", 0, STRING, subvolume, "NAME",
	"which subvolume of a btrfs is the root"),
    OPT("kernel", 'k', STRING, kernel, "VERSION",
	"which of the source's kernels (default: GRUB's, or the newest)"),
    OPT("exclude", 'e', LIST, exclude, "PATTERN",
	"leave this out as well; may be repeated"),
    OPT("exclude-file", 0, STRING, exclude_file, "FILE",
	"list of what is left out, instead of the usual one"),
    OPT("append", 0, STRING, append, "WORDS",
	"further words for the kernel's command line"),
    OPT("key", 0, STRING, key, "DIR",
	"the key that machines of this image trust; made if there is none"),
    OPT("site", 0, STRING, site, "DIR",
	"begin with the site in that directory; wants --key"),
    OPT("install", 0, STRING, install, "NODES",
	"have these hosts of the site install themselves on their disks"),
    OPT("cluster-key", 0, STRING, cluster_key, "FILE",
	"put the cluster key in that file onto the medium of --iso, and TLS "
	"into the initramfs"),
    OPT("iso", 0, STRING, iso, "FILE",
	"make a medium too, with the image in it: CD and USB, BIOS and "
	"UEFI"),
    OPT("uki", 0, FLAG, uki, NULL,
	"make one signed program of kernel, initramfs and command line too, "
	"for UEFI with Secure Boot"),
    OPT("sign-key", 0, STRING, sign_key, "FILE",
	"the private key that signs the program of --uki, in PEM"),
    OPT("sign-cert", 0, STRING, sign_cert, "FILE",
	"the certificate of --sign-key, in PEM, which the firmware knows"),
    OPT("plugin", 0, LIST, plugin, "DIR",
	"run this plugin's hook build in the image; may be repeated"),
    OPT("packages", 0, STRING, packages, "LIST",
	"packages that installations take from the image"),
    OPT("profile", 0, STRING, profile, "FILE.vfp",
	"a boot profile, of this image or of an earlier one of the source"),
    OPT("rom", 0, STRING, rom, "DIR",
	"where iPXE's undionly.kpxe and snponly.efi are (default: where "
	"package ipxe puts them, if it is installed)"),
    OPT("programs", 0, STRING, programs, "DIR",
	"a system for machines of another architecture, whose programs go "
	"into the initramfs"),
    OPT("level", 0, NUMBER, level, "1-22", "how hard zstd tries (default: 15)"),
    OPT("all-cards", 0, FLAG, all_cards, NULL,
	"drivers of all wired network cards, not only of common ones"),
    OPT("allow-secrets", 0, FLAG, allow_secrets, NULL,
	"make an image with passwords or private keys in it"),
    OPT("force", 'f', FLAG, force, NULL,
	"go on where there seems to be too little room"),
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
	char *bin; /* directory that has this program */
	char name[MANIFEST_NAME_MAX + 1];
	struct place place;
	struct patterns *out;
	struct tree tree;
	struct kernel kernel;
	struct scan scan;
	struct key_pair key;   /* key of --key; valid if set.key is not NULL */
	char site[DIGEST_HEX]; /* id of the site's image; "": there is none */
	char jobs[DIGEST_HEX]; /* id of the list of jobs; "": there is none */
	char *words;           /* to be appended to the kernel's command line */
};

/* Returns the path, malloc'ed, of the list of files to leave out: the file of
 * --exclude-file, else the list that is installed, else the list in the tree in
 * which this program was built. */
static char *
find_list(const struct job *j)
{
	static const char *const dirs[] = {"lib/vfield", "lib"};
	char *list = NULL;

	if (j->set.exclude_file != NULL)
		return text_of("%s", j->set.exclude_file);
	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++) {
		free(list);
		list = text_of("%s/../%s/mkimage/exclude", j->bin, dirs[i]);
		if (access(list, R_OK) == 0)
			return list;
	}
	log_fatal("%s: %m: is the installation whole?", list);
}

static void
read_patterns(struct job *j)
{
	AUTO_FREE char *list = find_list(j);
	AUTO_FCLOSE FILE *f = fopen(list, "re");

	j->out = patterns_new();
	if (f == NULL || patterns_read(j->out, f) == -1)
		log_fatal("%s: %m", list);
	for (size_t i = 0; i < j->set.exclude.n; i++)
		patterns_add(j->out, j->set.exclude.v[i]);
}

static void
name_from(const char *base, char name[MANIFEST_NAME_MAX + 1])
{
	size_t n = 0;

	for (; base[n] != '\0' && base[n] != '.' && n < MANIFEST_NAME_MAX; n++)
		name[n] = base[n];
	if (!manifest_name_ok(name, n))
		strcpy(name, "system");
}

/* Sets j->name to the name of --name or else to the last part of the source's
 * path, up to the first dot; to "system" if that part cannot name an image. */
static void
choose_name(struct job *j)
{
	AUTO_FREE char *real = realpath(j->source, NULL);
	const char *base = real ? strrchr(real, '/') + 1 : "";

	if (j->set.name != NULL)
		strcpy(j->name, j->set.name);
	else
		name_from(base, j->name);
	if (j->set.site != NULL && strcmp(j->name, SITE_IMAGE_NAME) == 0)
		log_fatal("the site's image has the name " SITE_IMAGE_NAME
			  ": --name gives this one another");
}

static void
check_tools(const struct job *j)
{
	bool ok = program_there("mksquashfs", "squashfs-tools");

	if (j->set.iso != NULL)
		ok &= medium_programs_there();
	if (j->set.uki)
		ok &= uki_parts_there(j->set.sign_key, j->set.sign_cert);
	ok &= initramfs_programs_there(j->set.programs == NULL);
	ok &= boot_files_check_roms(j->set.rom) == 0;
	if (j->set.profile != NULL)
		ok &= contents_check_profile(j->set.profile) == 0;
	if (!ok)
		exit(1);
}

/* Logs how large the image will be, and checks that there is room for it and
 * that files of its size are possible.  Returns 0; or -1 with the problem
 * logged, unless --force or --dry-run is given. */
static int
check_room(const struct job *j)
{
	uint64_t boot, image;
	struct stat st = {0};

	stat(j->kernel.file, &st);
	boot = st.st_size + INITRD_BYTES;
	image = room_estimate(j->scan.bytes) + boot;
	log_info("%s: %" PRIu64 " files, %" PRIu64 " MiB; the image will have "
		 "about %" PRIu64 " MiB",
		 j->source, j->scan.files, j->scan.bytes / MIB, image / MIB);
	if (j->set.dry_run && j->set.output == NULL)
		return 0;
	if (room_check(j->set.output, j->set.iso, image + boot) == 0 ||
	    j->set.dry_run)
		return 0;
	if (!j->set.force)
		log_error("--force goes on nevertheless");
	return j->set.force ? 0 : -1;
}

/* Logs each secret that comes into the image.  Returns 0 if there is no secret
 * or --allow-secrets is given; else prints the options that leave the secrets
 * out, and returns -1. */
static int
check_secrets(const struct job *j)
{
	const struct secrets *s = &j->scan.secrets;

	for (size_t i = 0; i < s->n; i++)
		log_warn("%s: %s", s->all[i].path, s->all[i].kind);
	if (s->n == 0 || j->set.allow_secrets)
		return 0;
	log_error("%zu secrets would be in the image, which everybody in the "
		  "network can read.  Leave them out, or say --allow-secrets "
		  "if all may know them:",
		  s->n);
	for (size_t i = 0; i < s->n; i++) {
		fputs("  --exclude ", stderr);
		patterns_quote(s->all[i].path, stderr);
		fputs(strcmp(s->all[i].path, "etc/shadow") == 0
			  ? "  # accounts stay, without passwords\n"
			  : "\n",
		      stderr);
	}
	return -1;
}

static void
say_kernel(const struct job *j)
{
	const struct kernel *k = &j->kernel;

	log_info("kernel %s, %s%s%s%s", k->version, k->why,
		 *k->others != '\0' ? "; not taken:" : "", k->others,
		 *k->others != '\0' ? " (--kernel VERSION)" : "");
}

/* Leaves the output directory out of the image if it lies in the source: an
 * image must not contain itself. */
static void
leave_out_output(const struct job *j)
{
	AUTO_FREE char *output = realpath(j->set.output, NULL);
	const char *root = j->tree.real;
	size_t len;

	if (output == NULL || root == NULL)
		return;
	len = strcmp(root, "/") == 0 ? 0 : strlen(root);
	if (strncmp(output, root, len) == 0 && output[len] == '/')
		patterns_add_path(j->out, output + len + 1);
}

/* Makes the site's image, if --site is given, and the list of jobs, if
 * --install is, and sets j->site and j->jobs to their ids.  Returns 0, or -1
 * with the error logged. */
static int
make_site(struct job *j)
{
	if (j->set.site == NULL)
		return 0;
	if (site_image_make(j->bin, j->set.site, j->set.cluster_key != NULL,
			    j->place.work, j->site) == -1)
		return -1;
	return jobs_list_make(j->set.site, j->set.install, j->place.work,
			      j->jobs);
}

static int
check_source(struct job *j)
{
	const char *tmp = getenv("TMPDIR");
	struct tree_source source = {.path = j->source,
				     .work_dir = tmp ? tmp : "/var/tmp",
				     .partition = j->set.partition,
				     .subvolume = j->set.subvolume,
				     .out = j->out};

	if (j->set.site != NULL &&
	    site_image_check(j->bin, j->set.site, j->set.cluster_key == NULL) ==
		-1)
		return -1;
	if (j->set.install != NULL &&
	    jobs_list_check(j->set.site, j->set.install) == -1)
		return -1;
	if (tree_open(&source, &j->tree) == -1 ||
	    (!j->set.dry_run && plugin_build(&j->set.plugin, j->set.packages,
					     j->bin, &j->tree) == -1) ||
	    kernel_find(j->tree.dir, j->set.kernel, &j->kernel) == -1)
		return -1;
	say_kernel(j);
	if (kernel_check(j->tree.dir, &j->kernel) == -1 ||
	    (j->set.uki && uki_check_kernel(j->kernel.file) == -1))
		return -1;
	leave_out_output(j);
	if (scan_tree(j->tree.dir, j->tree.crosses, j->out, &j->scan) == -1 ||
	    check_room(j) == -1)
		return -1;
	return check_secrets(j);
}

/* Sets j->words.  With --key they have the public key and, without --site, say
 * that machines start even if there is no site.  Reads or makes the key, and
 * reads the cluster key, here, so that an error shows before the long work.
 * Returns 0, or -1 with the error logged. */
static int
find_words(struct job *j)
{
	const char *append = j->set.append != NULL ? j->set.append : "";
	char key[KEY_TEXT];

	if (j->set.cluster_key != NULL &&
	    trust_check_cluster_key(j->set.cluster_key) == -1)
		return -1;
	if (j->set.key == NULL) {
		j->words = text_of("%s", append);
		return 0;
	}
	if (trust_key(j->set.key, &j->key) == -1)
		return -1;
	j->words =
	    text_of("vfield.trust=%s %s%s", key_text(&j->key.pub, key),
		    j->set.site == NULL ? "vfield.site=optional " : "", append);
	return 0;
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
	    .out = j->out,
	    .scan = &j->scan,
	    .work_dir = j->place.work,
	    .level = j->set.level,
	};

	boot_files_look(j->place.work, &boot);
	return squash_make(&s);
}

static int
make_files(const struct job *j, const char *image, char id[DIGEST_HEX])
{
	const struct settings *set = &j->set;
	const char *dir = j->place.work;
	AUTO_FREE char *path = text_of("%s/%s", dir, image);
	AUTO_FREE char *manifest = text_of("%s.vfm", path);
	AUTO_FREE char *profile = text_of("%s.vfp", path);

	const struct initramfs_parts parts = {
	    .all_cards = j->set.all_cards,
	    .tls = j->set.cluster_key != NULL,
	    .programs = j->set.programs,
	};

	if (initramfs_make(j->tree.dir, &j->kernel, j->bin, &parts, dir) ==
		-1 ||
	    boot_files_copy_roms(j->set.rom, dir) == -1 ||
	    (set->uki && uki_make_for_all(dir, j->words, set->sign_key,
					  set->sign_cert) == -1) ||
	    make_squashfs(j, path) == -1)
		return -1;
	log_info("making the manifest");
	if (contents_manifest(path, j->name, manifest, id) == -1)
		return -1;
	if (j->set.profile != NULL &&
	    contents_profile(j->set.profile, manifest, profile) == -1)
		return -1;
	if (j->set.key != NULL &&
	    trust_words(dir, id, j->site, j->jobs, &j->key) == -1)
		return -1;
	return boot_config_write(dir, id, j->words);
}

/* Makes the medium, if --iso is given.  Returns 0, or -1 with the error logged;
 * the image is in the output directory by then, and stays there. */
static int
make_medium(const struct job *j, const char *id)
{
	struct medium m = {.iso = j->set.iso,
			   .dir = j->set.output,
			   .work = j->place.work,
			   .name = j->name,
			   .id = id,
			   .signed_words = j->set.key != NULL,
			   .site = j->set.site != NULL,
			   .jobs = j->set.install != NULL,
			   .cluster_key = j->set.cluster_key,
			   .words = j->words,
			   .sign_key = j->set.sign_key,
			   .sign_cert = j->set.sign_cert};

	if (j->set.iso == NULL || medium_make(&m) == 0)
		return 0;
	log_error("the image itself is whole: %s/%s.squashfs", j->set.output,
		  j->name);
	return -1;
}

static void
say_next(const struct job *j)
{
	if (j->set.iso != NULL)
		log_info("next: cp %s /dev/sdX (a stick), and start the first "
			 "machine from it",
			 j->set.iso);
	else if (j->set.site != NULL)
		log_info("next: vfield serve --image %s/%s.squashfs --image "
			 "%s/" SITE_IMAGE_FILE
			 ", with --trust and --words %s/words, and beside it "
			 "vfield boot, which boots the others",
			 j->set.output, j->name, j->set.output, j->set.output);
	else
		log_info(
		    "next: vfield serve --image %s/%s.squashfs, and beside "
		    "it vfield boot, which boots the others",
		    j->set.output, j->name);
}

static int
make_all(struct job *j)
{
	AUTO_FREE char *image = text_of("%s.squashfs", j->name);
	char id[DIGEST_HEX];
	int result;

	if (find_words(j) == -1 || place_open(j->set.output, &j->place) == -1)
		return -1;
	result = make_site(j);
	if (result == 0)
		result = make_files(j, image, id);
	if (result == 0 && !run_interrupted())
		result = place_keep(&j->place, image);
	if (result == 0 && !run_interrupted())
		result = make_medium(j, id);
	place_close(&j->place);
	if (result == -1 || run_interrupted())
		return -1;
	say_next(j);
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
	else if (s->site != NULL && s->key == NULL)
		log_error("--site wants --key: without a trusted key there is "
			  "no site");
	else if (s->install != NULL && s->site == NULL)
		log_error("--install wants --site, which says what hosts there "
			  "are");
	else if (s->level < 1 || s->level > LEVEL_MAX)
		log_error("--level %" PRIu64 ": it is 1 to %d", s->level,
			  LEVEL_MAX);
	else if (s->name != NULL && !manifest_name_ok(s->name, strlen(s->name)))
		log_error("--name %s: letters, digits, '.', '_' and '-', at "
			  "most %d",
			  s->name, MANIFEST_NAME_MAX);
	else
		return uki_options_ok(s->uki, s->sign_key, s->sign_cert,
				      s->key);
	return false;
}

/* Returns the exit status of a run without errors: 0, or STATUS_PARTS_MISSING
 * if parts of the source are missing.  Warns of them once more, because each
 * was logged long before the end. */
static int
status_of(const struct job *j)
{
	unsigned missing = j->tree.missing + j->scan.unread;

	if (missing == 0)
		return 0;
	log_warn("%u parts of the source %s in the image: they are named above",
		 missing, j->set.dry_run ? "would not be" : "are not");
	return STATUS_PARTS_MISSING;
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
	j.bin = program_dir();
	if (j.bin == NULL)
		log_fatal("cannot tell where vfield-mkimage is: %m");
	read_patterns(&j);
	choose_name(&j);
	check_tools(&j);
	if (check_source(&j) == 0)
		result = j.set.dry_run ? 0 : make_all(&j);
	result = result == -1 ? 1 : status_of(&j);
	tree_close(&j.tree);
	kernel_free(&j.kernel);
	scan_free(&j.scan);
	patterns_free(j.out);
	free(j.bin);
	free(j.words);
	return result;
}
