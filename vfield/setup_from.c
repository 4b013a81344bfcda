/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "vfield/control.h"
#include "vfield/run_program.h"
#include "vfield/setup.h"

#define MIB (UINT64_C(1) << 20)
/* Size of a partition whose device is not on this machine.  Arbitrary. */
#define UNKNOWN_MIB 512
/* Most bytes of a list of packages, or of the lines of fstab.  Arbitrary: ten
 * thousand names. */
#define LIST_MAX (256 * 1024)

/* --- partitions --- */

static bool
is_word(const char *text, const char *signs)
{
	for (; *text != '\0'; text++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789", *text) ==
			NULL &&
		    strchr(signs, *text) == NULL)
			return false;
	return true;
}

/* Writes the name of a partition to `name`: /var/lib is var-lib.  Returns false
 * if that would be no name of a partition. */
static bool
part_name(const char *mountpoint, char name[SETUP_PART_NAME])
{
	if (strcmp(mountpoint, "/") == 0)
		mountpoint = "/root";
	if (strcmp(mountpoint, "/boot/efi") == 0)
		mountpoint = "/esp";
	if (mountpoint[0] != '/' || strlen(mountpoint) > SETUP_PART_NAME ||
	    !is_word(mountpoint, "/-"))
		return false;
	strcpy(name, mountpoint + 1);
	for (char *c = name; *c != '\0'; c++)
		if (*c == '/')
			*c = '-';
	return name[0] != '\0';
}

/* Notes which device a partition is on, and how large it is, if that device is
 * on this machine. */
static void
find_device(const char *device, struct setup_part *p)
{
	AUTO_FCLOSE FILE *f = NULL;
	uint64_t sectors = 0;
	char path[64];
	struct stat st;

	if (stat(device, &st) == -1 || !S_ISBLK(st.st_mode))
		return;
	snprintf(path, sizeof path, "/sys/dev/block/%u:%u/size",
		 major(st.st_rdev), minor(st.st_rdev));
	f = fopen(path, "re");
	if (f != NULL && fscanf(f, "%" SCNu64, &sectors) == 1)
		p->bytes = sectors * 512;
	p->device = st.st_rdev;
}

static bool
is_known_fs(const char *type)
{
	static const char *const known[] = {"ext4", "xfs", "btrfs", "vfat",
					    "swap"};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(type, known[i]) == 0)
			return true;
	return false;
}

/* Sets *p to what findmnt(8) says of a line of fstab.  Returns false if the
 * line is for no partition that an installed machine may have. */
static bool
read_line(struct json_object *line, struct setup_part *p)
{
	const char *type = control_string(line, "fstype");
	const char *target = control_string(line, "target");
	const char *device = control_string(line, "source");
	const char *options = control_string(line, "options");
	bool swap = strcmp(type, "swap") == 0;

	*p = (struct setup_part){0};
	/* a file in which the system swaps, and memory, are no partitions */
	if (!is_known_fs(type) || strncmp(device, "/dev/zram", 9) == 0 ||
	    (swap && strncmp(device, "/dev/", 5) != 0 && device[0] == '/'))
		return false;
	/* a subvolume is on the root's device, as far as one can tell here */
	if (device[0] == '\0' && strcmp(target, "/") != 0 &&
	    strstr(options, "subvol") != NULL)
		return false;
	if (!part_name(swap ? "/swap" : target, p->name))
		return false;
	snprintf(p->fs, sizeof p->fs, "%s", type);
	snprintf(p->mountpoint, sizeof p->mountpoint, "%s", swap ? "" : target);
	find_device(device, p);
	return true;
}

/* Adds the partition p, unless an earlier one has its name, or its device, as
 * subvolumes of btrfs have; of these the root stays. */
static void
add(struct setup *s, const struct setup_part *p)
{
	for (size_t i = 0; i < s->nparts; i++) {
		struct setup_part *o = &s->parts[i];

		if (strcmp(o->name, p->name) == 0)
			return;
		if (p->device == 0 || o->device != p->device)
			continue;
		if (strcmp(p->mountpoint, "/") == 0)
			*o = *p;
		return;
	}
	if (s->nparts < SETUP_PARTS_MAX)
		s->parts[s->nparts++] = *p;
}

static struct setup_part *
root_of(struct setup *s)
{
	for (size_t i = 0; i < s->nparts; i++)
		if (strcmp(s->parts[i].mountpoint, "/") == 0)
			return &s->parts[i];
	return NULL;
}

/* Copies what the program prints about the source to `text`, which has LIST_MAX
 * bytes.  Returns 0; -1: the log says why. */
static int
read_list(const struct setup *s, const char *const argv[], char *text)
{
	int status = run_program_read(argv, text, LIST_MAX);

	if (status > 0)
		log_error("%s: %s ended with status %d", s->from, argv[0],
			  status);
	if (status != 0)
		return -1;
	if (strlen(text) < LIST_MAX - 1)
		return 0;
	log_error("%s: %s prints more than %d KiB", s->from, argv[0],
		  LIST_MAX / 1024);
	return -1;
}

/* Reads the partitions that the source's fstab names.  Returns 0; -1: the log
 * says why. */
static int
read_parts(struct setup *s)
{
	AUTO_FREE char *path = path_in(s->from, "etc/fstab");
	AUTO_FREE char *text = calloc(1, LIST_MAX);
	const char *const argv[] = {
	    "findmnt", "--tab-file", path,       "--evaluate",
	    "--list",  "--json",     "--output", "SOURCE,TARGET,FSTYPE,OPTIONS",
	    NULL};
	struct json_object *o, *lines;
	size_t n;

	if (text == NULL)
		log_fatal("%m");
	if (access(path, R_OK) == -1) {
		log_error("%s: %m", path);
		return -1;
	}
	if (read_list(s, argv, text) == -1)
		return -1;
	o = json_tokener_parse(text);
	lines = control_array(o, "filesystems", &n);
	for (size_t i = 0; i < n; i++) {
		struct setup_part p;

		if (read_line(json_object_array_get_idx(lines, i), &p))
			add(s, &p);
	}
	json_object_put(o);
	if (root_of(s) != NULL)
		return 0;
	log_error("%s names no ext4, xfs or btrfs for /", path);
	return -1;
}

/* Chooses the partition that gets the rest of a disk: the largest one; the root
 * where its size is unknown. */
static void
choose_rest(struct setup *s)
{
	struct setup_part *best = root_of(s);

	for (size_t i = 0; i < s->nparts && best->bytes > 0; i++)
		if (s->parts[i].bytes > best->bytes)
			best = &s->parts[i];
	best->rest = true;
}

void
setup_print_disks(FILE *to, const void *ctx)
{
	const struct setup *s = ctx;

	fprintf(to,
		"# The partitions of %s, as its fstab names them:\n"
		"# vfield-install(8).\n"
		"disk smallest\n",
		s->from);
	for (size_t i = 0; i < s->nparts; i++) {
		const struct setup_part *p = &s->parts[i];

		fprintf(to, "%s ", p->name);
		if (p->rest)
			fputs("rest", to);
		else
			fprintf(to, "%" PRIu64 "M",
				p->bytes >= MIB ? p->bytes / MIB : UNKNOWN_MIB);
		fprintf(to, " %s%s%s\n", p->fs,
			p->mountpoint[0] != '\0' ? " " : "", p->mountpoint);
	}
}

static int
write_disks(struct setup *s)
{
	AUTO_FREE char *path = path_in(s->where.dir, "disks/default");

	if (access(path, F_OK) == 0) {
		setup_say("disks", "%s is there", path);
		return 0;
	}
	if (read_parts(s) == -1)
		return -1;
	choose_rest(s);
	return setup_write(s, "disks", path, setup_print_disks);
}

/* --- packages --- */

/* Returns the length of the name of a package that a line begins with; 0: that
 * is no name. */
static size_t
package_name(const char *line)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	size_t n = strspn(line, letters);

	while (n > 0 && line[n] != '\0' &&
	       (strchr(letters, line[n]) != NULL ||
		strchr("+._:-", line[n]) != NULL))
		n++;
	return line[n] == '\n' ? n : 0;
}

void
setup_print_packages(FILE *to, const void *ctx)
{
	const struct setup *s = ctx;

	for (const char *line = s->packages; *line != '\0';) {
		const char *end = strchrnul(line, '\n');
		size_t n = package_name(line);

		if (n > 0)
			fprintf(to, "%.*s\n", (int)n, line);
		line = *end == '\0' ? end : end + 1;
	}
}

/* Has the source's package manager list what was asked for by name; by rpm, all
 * packages.  Returns 0; 1: the source has none of these; -1: the log says why.
 */
static int
list(const struct setup *s, char *text)
{
	AUTO_FREE char *dpkg = path_in(s->from, "var/lib/dpkg/status");
	AUTO_FREE char *rpm = path_in(s->from, "var/lib/rpm");
	AUTO_FREE char *dir = NULL, *status = NULL;
	const char *const rpm_argv[] = {"rpm",  "--root",    s->from, "-qa",
					"--qf", "%{NAME}\n", NULL};
	const char *apt_argv[] = {"apt-mark", "-o",         NULL, "-o",
				  NULL,       "showmanual", NULL};

	if (access(dpkg, F_OK) != 0 && access(rpm, F_OK) != 0)
		return 1;
	if (access(dpkg, F_OK) != 0)
		return read_list(s, rpm_argv, text);
	if (asprintf(&dir, "Dir=%s", s->from) == -1 ||
	    asprintf(&status, "Dir::State::status=%s", dpkg) == -1)
		log_fatal("%m");
	apt_argv[2] = dir;
	apt_argv[4] = status;
	return read_list(s, apt_argv, text);
}

static int
write_packages(struct setup *s)
{
	AUTO_FREE char *path = path_in(s->images, "packages");
	AUTO_FREE char *text = calloc(1, LIST_MAX);
	int result;

	if (text == NULL)
		log_fatal("%m");
	if (access(path, F_OK) == 0) {
		setup_say("packages", "%s is there", path);
		return 0;
	}
	result = list(s, text);
	if (result > 0)
		setup_say("packages", "%s has no dpkg and no rpm", s->from);
	if (result != 0)
		return result > 0 ? 0 : -1;
	s->packages = text;
	result = setup_write(s, "packages", path, setup_print_packages);
	s->packages = NULL;
	return result;
}

int
setup_from(struct setup *s)
{
	if (s->from == NULL)
		return 0;
	return write_disks(s) == -1 ? -1 : write_packages(s);
}
