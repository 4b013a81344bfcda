/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/site_images.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "vfield/control.h"

#define ID_DIGITS (DIGEST_HEX - 1)
#define FILE_MAX (1 << 20) /* most bytes of the file SITE_IMAGES */

/* Asks the node which image a value means, and writes a line about it to `to`,
 * or adds an error.  Returns 0; -1: no node answers. */
static int
find_one(const char *run_dir, const struct site_value *v, FILE *to,
	 struct site_errors *errors)
{
	struct json_object *o = control_resolve(run_dir, v->text);
	const char *id;

	if (o == NULL)
		return -1;
	id = control_string(o, "id");
	if (strlen(id) != ID_DIGITS)
		site_error(errors, v->file, v->line, "image = %s: %s", v->text,
			   control_string(o, "error"));
	else if (strcmp(id, v->text) != 0)
		fprintf(to, "%s %s\n", v->text, id);
	json_object_put(o);
	return 0;
}

/* Returns true if one of the *n values in v has the same text as `value`; if
 * none has, adds `value` to v. */
static bool
seen(const struct site_value *value, const struct site_value **v, size_t *n)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp(v[i]->text, value->text) == 0)
			return true;
	if (*n < SITE_IMAGES_MAX)
		v[(*n)++] = value;
	return false;
}

static int
find_all(const char *run_dir, struct site_dir *d, FILE *to)
{
	const struct site_value *all[SITE_IMAGES_MAX];
	size_t n = 0, has;

	for (size_t i = 0; i < name_set_count(site_names(d->site)); i++) {
		const struct site_value *const *v =
		    site_values(site_host_at(d->site, i), "image", &has);

		if (has == 0 || seen(v[0], all, &n))
			continue;
		if (n == SITE_IMAGES_MAX) {
			site_error(&d->errors, v[0]->file, v[0]->line,
				   "image = %s: hosts have more than %d "
				   "different images",
				   v[0]->text, SITE_IMAGES_MAX - 1);
			return 0;
		}
		if (find_one(run_dir, v[0], to, &d->errors) == -1)
			return -1;
	}
	return 0;
}

int
site_images_find(const char *run_dir, struct site_dir *d)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to;
	int result, saved;

	if (d->site == NULL)
		return 0;
	to = open_memstream(&text, &len);
	if (to == NULL)
		log_fatal("%m");
	result = find_all(run_dir, d, to);
	saved = errno;
	if (fclose(to) != 0)
		log_fatal("%m");
	free(d->images);
	d->images = result == 0 && len > 0 ? TAKE_PTR(text) : NULL;
	free(text);
	errno = saved;
	return result;
}

int
site_images_write(const struct site_dir *d, const char *work)
{
	AUTO_FREE char *path = path_in(work, SITE_IMAGES);
	FILE *to;

	if (d->images == NULL)
		return 0;
	to = fopen(path, "wxe");
	if (to == NULL)
		return -1;
	fputs(d->images, to);
	return fclose(to) == 0 ? 0 : -1;
}

char *
site_images_read(const char *dir)
{
	AUTO_FREE char *path = path_in(dir, SITE_IMAGES);
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	char *text;
	size_t n;

	if (f == NULL)
		return NULL;
	text = malloc(FILE_MAX + 1);
	if (text == NULL)
		log_fatal("%m");
	n = fread(text, 1, FILE_MAX, f);
	text[n] = '\0';
	return text;
}

/* Returns the id that a line of SITE_IMAGES, `file`, has for the value; NULL:
 * there is none. */
static const char *
id_of(const char *file, const char *value)
{
	size_t len = strlen(value);

	for (const char *line = file; line != NULL && *line != '\0';) {
		const char *end = strchr(line, '\n');

		if (strncmp(line, value, len) == 0 && line[len] == ' ')
			return line + len + 1;
		line = end != NULL ? end + 1 : NULL;
	}
	return NULL;
}

int
site_images_text(const char *file, const char *value,
		 char text[IMAGE_NAME_TEXT])
{
	const char *id = id_of(file, value);
	char hex[DIGEST_HEX];
	struct image_name n;
	struct digest d;

	if (image_name_parse(value, strlen(value), &n) == -1)
		return -1;
	if (strlen(n.id) == ID_DIGITS)
		id = n.id;
	if (id == NULL || strnlen(id, ID_DIGITS) < ID_DIGITS ||
	    digest_parse(id, ID_DIGITS, &d) == -1)
		return -1;
	snprintf(text, IMAGE_NAME_TEXT, "%s%s%s", n.name,
		 n.name[0] != '\0' ? "@" : "", digest_hex(&d, hex));
	return 0;
}
