/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <json-c/json.h>
#include <uuid/uuid.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/manifest.h"
#include "lib/options.h"
#include "lib/stdout_flush.h"
#include "vfield/human.h"
#include "vfield/image_file.h"
#include "vfield/progress.h"

#define SUFFIX ".vfm"

struct settings {
	const char *name;
	const char *output;
	const char *manifest;
	uint64_t chunk_size; /* bytes */
	bool json;
};

#define OPT_SETTINGS struct settings

static const struct option_spec create_options[] = {
    OPT("name", 'N', STRING, name, "NAME",
	"what the image, and so its export, is called (the file's name without "
	"its suffix)"),
    OPT("chunk-size", 'c', SIZE, chunk_size, "SIZE",
	"a power of two from 4K to 4M (128K)"),
    OPT("output", 'o', STRING, output, "FILE.vfm",
	"where the manifest is written (beside the image)"),
    {0}};
static const struct option_spec info_options[] = {
    OPT("json", 'j', FLAG, json, NULL, "say it as one JSON object"), {0}};
static const struct option_spec verify_options[] = {
    OPT("manifest", 'm', STRING, manifest, "FILE.vfm",
	"the manifest (the one beside the image)"),
    {0}};

/* The one operand, or the end of the program. */
static const char *
parse(const struct command_spec *c, int argc, char **argv, struct settings *set)
{
	char **rest;
	int nrest;

	log_init(c->program, false);
	options_parse(c, argc, argv, set, &rest, &nrest);
	if (nrest == 1)
		return rest[0];
	if (nrest == 0)
		log_error("%s is missing", c->args);
	else
		log_error("one %s at a time, and not '%s' too", c->args,
			  rest[1]);
	fprintf(stderr, "Try '%s --help'.\n", c->program);
	exit(2);
}

static int
said(const char *program)
{
	return stdout_flush(program) == 0 ? 0 : 1;
}

static char *
beside(const char *file)
{
	char *path;

	if (asprintf(&path, "%s" SUFFIX, file) == -1)
		log_fatal("%s: %m", file);
	return path;
}

static bool
same_file(const char *path, const struct stat *st)
{
	struct stat other;

	return stat(path, &other) == 0 && other.st_dev == st->st_dev &&
	       other.st_ino == st->st_ino;
}

static bool
touched(int fd, const struct stat *before)
{
	struct stat now;

	return fstat(fd, &now) == -1 || now.st_size != before->st_size ||
	       now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
	       now.st_mtim.tv_nsec != before->st_mtim.tv_nsec;
}

/* NULL: it has been said why. */
static struct manifest *
hash_image(const char *file, const char *output, const char *name,
	   uint32_t chunk_size)
{
	AUTO_CLOSE int fd = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct manifest *m;
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1) {
		log_error("%s: %m", file);
		return NULL;
	}
	if (same_file(output, &st)) {
		log_error("%s: the manifest would replace the image", output);
		return NULL;
	}
	m = manifest_create(fd, name, chunk_size, progress_show);
	progress_clear();
	if (m != NULL && !touched(fd, &st))
		return m;
	if (m != NULL || errno == ENODATA)
		log_error("%s: somebody wrote to it while it was read; an "
			  "image must not change",
			  file);
	else if (errno == EFBIG)
		log_error("%s: more than %u chunks; give a larger --chunk-size",
			  file, MANIFEST_CHUNKS_MAX);
	else if (errno == EINVAL)
		log_error("%s: neither a file nor a disk", file);
	else
		log_error("%s: cannot read it: %m", file);
	manifest_free(m);
	return NULL;
}

static void
check_create(struct settings *set, const char *file,
	     char name[MANIFEST_NAME_MAX + 1])
{
	uint64_t size = set->chunk_size;

	if (set->name == NULL) {
		image_file_name(file, name);
		set->name = name;
	}
	if (!manifest_name_ok(set->name, strlen(set->name))) {
		log_error("--name %s: 1 to %d letters, digits, '.', '_', '-', "
			  "not beginning with '.' or '-'",
			  set->name, MANIFEST_NAME_MAX);
		exit(2);
	}
	if (size < MANIFEST_CHUNK_MIN || size > MANIFEST_CHUNK_MAX ||
	    (size & (size - 1)) != 0) {
		log_error("--chunk-size %" PRIu64
			  ": not a power of two from 4K to 4M",
			  size);
		exit(2);
	}
}

static int
image_create(int argc, char **argv)
{
	static const struct command_spec c = {
	    .program = "vfield image create",
	    .args = "FILE",
	    .summary = "Write the manifest of an image beside it, and print "
		       "the image's id.",
	    .options = create_options};
	struct settings set = {.chunk_size = MANIFEST_CHUNK_DEFAULT};
	const char *file = parse(&c, argc, argv, &set);
	AUTO_FREE char *output = NULL;
	char name[MANIFEST_NAME_MAX + 1], hex[DIGEST_HEX];
	struct manifest *m;
	int result = 1;

	check_create(&set, file, name);
	output = set.output != NULL ? strdup(set.output) : beside(file);
	m = hash_image(file, output, set.name, set.chunk_size);
	if (m == NULL)
		return 1;
	if (manifest_save(m, output) == 0) {
		puts(digest_hex(&m->id, hex));
		result = said(c.program);
	} else {
		log_error("%s: cannot write it: %m", output);
	}
	manifest_free(m);
	return result;
}

/* Or the end of the program. */
static struct manifest *
load(const char *path, const char *hint)
{
	const char *why;
	struct manifest *m = manifest_load(path, &why);

	if (m != NULL)
		return m;
	if (errno == EINVAL)
		log_fatal("%s: not a good manifest: %s", path, why);
	log_fatal("%s: %s%s", path, why, errno == ENOENT ? hint : "");
}

static void
print_json(const struct manifest *m, const char *hex, const char *uuid)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "name", json_object_new_string(m->name));
	json_object_object_add(o, "id", json_object_new_string(hex));
	json_object_object_add(o, "uuid", json_object_new_string(uuid));
	json_object_object_add(o, "size", json_object_new_uint64(m->size));
	json_object_object_add(o, "chunk_size",
			       json_object_new_int64(m->chunk_size));
	json_object_object_add(o, "nchunks", json_object_new_int64(m->nchunks));
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY));
	json_object_put(o);
}

static int
image_info(int argc, char **argv)
{
	static const struct command_spec c = {.program = "vfield image info",
					      .args = "FILE.vfm",
					      .summary =
						  "Show what a manifest says.",
					      .options = info_options};
	struct settings set = {0};
	const char *file = parse(&c, argc, argv, &set);
	char hex[DIGEST_HEX], uuid[37], size[HUMAN_TEXT], chunk[HUMAN_TEXT];
	struct manifest *m = load(file, "");

	digest_hex(&m->id, hex);
	uuid_unparse_lower(m->uuid, uuid);
	if (set.json)
		print_json(m, hex, uuid);
	else
		printf("name:       %s\n"
		       "id:         %s\n"
		       "uuid:       %s\n"
		       "size:       %" PRIu64 " bytes (%s)\n"
		       "chunk size: %" PRIu32 " bytes (%s)\n"
		       "chunks:     %" PRIu32 "\n",
		       m->name, hex, uuid, m->size, human_bytes(m->size, size),
		       m->chunk_size, human_bytes(m->chunk_size, chunk),
		       m->nchunks);
	manifest_free(m);
	return said(c.program);
}

/* Reads as much as there is.  -1: errno. */
static ssize_t
read_chunk(int fd, uint8_t *buf, size_t len)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = read(fd, buf + got, len - got);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		got += n;
	}
	return got;
}

/* 0 if fd has exactly what the manifest says; else it has been said where it
 * is wrong. */
static int
compare(const struct manifest *m, int fd, const char *file, const char *path)
{
	AUTO_FREE uint8_t *buf = malloc(m->chunk_size);
	uint64_t at = 0;
	ssize_t n = -1;

	if (buf == NULL)
		goto fail;
	for (uint32_t c = 0; c < m->nchunks; c++) {
		uint32_t len = manifest_chunk_len(m, c);

		n = read_chunk(fd, buf, len);
		if (n == -1)
			goto fail;
		if (n < len || !manifest_chunk_ok(m, c, buf)) {
			progress_clear();
			log_error("%s: chunk %" PRIu32 ", at byte %" PRIu64
				  ", %s (%s)",
				  file, c, at,
				  n < len ? "is cut short by the file's end"
					  : "differs",
				  path);
			return 1;
		}
		at += len;
		progress_show(at, m->size);
	}
	n = read_chunk(fd, buf, 1);
	if (n == 0)
		return 0;
	if (n == 1) {
		log_error("%s: goes on after byte %" PRIu64
			  ", where %s says that it ends",
			  file, at, path);
		return 1;
	}
fail:
	progress_clear();
	log_error("%s: cannot read it at byte %" PRIu64 ": %m", file, at);
	return 1;
}

static int
image_verify(int argc, char **argv)
{
	static const struct command_spec c = {
	    .program = "vfield image verify",
	    .args = "FILE",
	    .summary = "Check every chunk of an image against its manifest.",
	    .options = verify_options};
	struct settings set = {0};
	const char *file = parse(&c, argc, argv, &set);
	AUTO_FREE char *path =
	    set.manifest != NULL ? strdup(set.manifest) : beside(file);
	AUTO_CLOSE int fd = -1;
	char hex[DIGEST_HEX];
	struct manifest *m;
	int result;

	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		log_fatal("%s: %m", file);
	m = load(path, "; 'vfield image create' makes it, and --manifest "
		       "names another");
	result = compare(m, fd, file, path);
	if (result == 0) {
		printf("%s: all %" PRIu32 " chunks are right: image %s\n", file,
		       m->nchunks, digest_hex(&m->id, hex));
		result = said(c.program);
	}
	manifest_free(m);
	return result;
}

static const char help[] =
    "Usage: vfield image create [OPTION]... FILE\n"
    "       vfield image info [OPTION]... FILE.vfm\n"
    "       vfield image verify [OPTION]... FILE\n"
    "       vfield image add [OPTION]... FILE\n"
    "       vfield image default [OPTION]... [NAME|ID]\n"
    "       vfield image profile --record RUNDIR|--from TRACE FILE.vfm\n"
    "Make, show and check the manifest of an image; have a node serve it; say\n"
    "which image machines get that boot from now on.\n\n"
    "'vfield image create --help' tells more, and so on.\n";

int
cmd_image(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (strcmp(name, "create") == 0)
		return image_create(argc - 1, argv + 1);
	if (strcmp(name, "add") == 0)
		return cmd_image_add(argc - 1, argv + 1);
	if (strcmp(name, "default") == 0)
		return cmd_image_default(argc - 1, argv + 1);
	if (strcmp(name, "profile") == 0)
		return cmd_image_profile(argc - 1, argv + 1);
	if (strcmp(name, "info") == 0)
		return image_info(argc - 1, argv + 1);
	if (strcmp(name, "verify") == 0)
		return image_verify(argc - 1, argv + 1);
	log_init("vfield image", false);
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
		fputs(help, stdout);
		return said("vfield image");
	}
	if (*name != '\0')
		log_error("there is no command '%s'", name);
	fputs(help, stderr);
	return 2;
}
