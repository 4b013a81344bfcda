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
#include "vfield/image_make.h"
#include "vfield/progress.h"

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

/* Parses the options into set, and returns the only operand.  If there is no
 * operand, or more than one, ends the program with status 2. */
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

static bool
same_file(const char *path, int fd)
{
	struct stat st, other;

	return fstat(fd, &st) == 0 && stat(path, &other) == 0 &&
	       other.st_dev == st.st_dev && other.st_ino == st.st_ino;
}

static void
check_create(struct settings *set, const char *file,
	     char name[MANIFEST_NAME_MAX + 1])
{
	uint64_t size = set->chunk_size;

	if (set->name == NULL) {
		if (image_make_name(file, name) == -1) {
			log_error("%s: no image can be called so; give it a "
				  "--name",
				  file);
			exit(1);
		}
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
create(const struct settings *set, const struct image_source *src,
       const char *output)
{
	struct manifest *m = NULL;
	char hex[DIGEST_HEX];
	int saved;

	if (same_file(output, src->fd))
		log_error("%s: the manifest would replace the image", output);
	else
		m = image_make(src, set->name, set->chunk_size);
	if (m == NULL)
		return -1;
	saved = image_make_save(src, m, output);
	if (saved == -1)
		log_error("%s: cannot write it: %m", output);
	else
		puts(digest_hex(&m->id, hex));
	if (saved == 1)
		log_info("%s: unchanged", output);
	manifest_free(m);
	return saved == -1 ? -1 : 0;
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
	char name[MANIFEST_NAME_MAX + 1];
	struct image_source src;
	int result;

	if (image_source_open(file, &src) == -1)
		return 1;
	check_create(&set, src.file, name);
	output =
	    set.output != NULL ? strdup(set.output) : image_make_beside(&src);
	if (output == NULL)
		log_fatal("%s: %m", file);
	result = create(&set, &src, output);
	image_source_close(&src);
	return result == 0 ? said(c.program) : 1;
}

/* Returns the manifest at path.  On failure ends the program with a message, to
 * which `hint` is added if there is no such file. */
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
	AUTO_FREE char *path = NULL;
	struct image_source src;
	char hex[DIGEST_HEX];
	struct manifest *m;
	int result;

	if (image_source_open(file, &src) == -1)
		return 1;
	path = set.manifest != NULL ? strdup(set.manifest)
				    : image_make_beside(&src);
	if (path == NULL)
		log_fatal("%s: %m", file);
	m = load(path, "; 'vfield image create' makes it, and --manifest "
		       "names another");
	result = image_make_compare(&src, m, path);
	progress_clear();
	if (result == 0)
		printf("%s: all %" PRIu32 " chunks are right: image %s\n", file,
		       m->nchunks, digest_hex(&m->id, hex));
	manifest_free(m);
	image_source_close(&src);
	return result == 0 ? said(c.program) : 1;
}

static const char help[] =
    "Usage: vfield image create [OPTION]... FILE\n"
    "       vfield image info [OPTION]... FILE.vfm\n"
    "       vfield image verify [OPTION]... FILE\n"
    "       vfield image add [OPTION]... FILE\n"
    "       vfield image default [OPTION]... [NAME|ID]\n"
    "       vfield image list [OPTION]...\n"
    "       vfield image remove [OPTION]... NAME|ID\n"
    "       vfield image profile --record RUNDIR|--from TRACE FILE.vfm\n"
    "Make, show and check the manifest of an image; have a node serve it, and "
    "all\n"
    "machines let go of it; say which image machines get that boot from now "
    "on.\n\n"
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
	if (strcmp(name, "list") == 0)
		return cmd_image_list(argc - 1, argv + 1);
	if (strcmp(name, "remove") == 0)
		return cmd_image_remove(argc - 1, argv + 1);
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
