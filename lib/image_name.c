/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/image_name.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Copies the digits of an id, or of its beginning, in lower case.  Returns 0,
 * or -1 if `text` is neither. */
static int
parse_id(const char *text, size_t len, char id[DIGEST_HEX])
{
	if (len < IMAGE_ID_MIN || len >= DIGEST_HEX)
		return -1;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c >= 'A' && c <= 'F')
			c += 'a' - 'A';
		if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
			return -1;
		id[i] = c;
	}
	id[len] = '\0';
	return 0;
}

int
image_name_parse(const char *text, size_t len, struct image_name *n)
{
	const char *at = memchr(text, '@', len);
	size_t name_len = at != NULL ? (size_t)(at - text) : len;

	*n = (struct image_name){0};
	if (len == 0 ||
	    (len == DIGEST_HEX - 1 && parse_id(text, len, n->id) == 0))
		return 0;
	if (!manifest_name_ok(text, name_len) ||
	    (at != NULL && parse_id(at + 1, len - name_len - 1, n->id) == -1)) {
		errno = EINVAL;
		return -1;
	}
	memcpy(n->name, text, name_len);
	n->name[name_len] = '\0';
	return 0;
}

bool
image_name_means(const struct image_name *n, const char *name,
		 const struct digest *id)
{
	char hex[DIGEST_HEX];

	digest_hex(id, hex);
	return (n->name[0] == '\0' || strcmp(n->name, name) == 0) &&
	       strncmp(hex, n->id, strlen(n->id)) == 0;
}

bool
image_is_called(const char *text, size_t len, const char *name,
		const struct digest *id)
{
	struct image_name n;

	return len > 0 && image_name_parse(text, len, &n) == 0 &&
	       image_name_means(&n, name, id);
}

char *
image_name_text(const char *name, const struct digest *id,
		char to[IMAGE_NAME_TEXT])
{
	char hex[DIGEST_HEX];

	snprintf(to, IMAGE_NAME_TEXT, "%.*s@%.*s", MANIFEST_NAME_MAX, name,
		 IMAGE_ID_MIN, digest_hex(id, hex));
	return to;
}
