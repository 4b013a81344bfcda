/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "authority/cluster_key.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "authority/hkdf.h"
#include "authority/secret_file.h"
#include "lib/cleanup.h"
#include "lib/digest.h"
#include "lib/write_anew.h"

/* Bytes of a line with an identity and a key, and of a whole file. */
#define LINE_BYTES (CLUSTER_IDENTITY + 1 + DIGEST_HEX)
#define FILE_BYTES (CLUSTER_KEYS_MAX * LINE_BYTES + 1)

_Static_assert(CLUSTER_KEY_BYTES == DIGEST_SIZE, "as many digits as a digest");

int
cluster_key_make(struct cluster_key *k)
{
	return getrandom(k->b, sizeof k->b, 0) == sizeof k->b ? 0 : -1;
}

static int
read_line(FILE *f, struct cluster_keys *ks)
{
	char text[DIGEST_HEX + 2];
	struct digest d;
	int ret = 0;

	if (fgets(text, sizeof text, f) == NULL)
		return ferror(f) ? -1 : 0;
	text[strcspn(text, "\r\n")] = '\0';
	if (text[0] != '\0' && ks->n == CLUSTER_KEYS_MAX)
		ret = -1;
	else if (text[0] != '\0')
		ret = digest_parse(text, strlen(text), &d);
	if (text[0] != '\0' && ret == 0)
		memcpy(ks->key[ks->n++].b, d.b, sizeof d.b);
	explicit_bzero(text, sizeof text);
	explicit_bzero(&d, sizeof d);
	return ret == -1 ? -1 : 1;
}

static int
read_lines(FILE *f, struct cluster_keys *ks)
{
	int ret;

	ks->n = 0;
	do
		ret = read_line(f, ks);
	while (ret == 1);
	if (ret == 0 && ks->n > 0)
		return 0;
	errno = ferror(f) ? EIO : EINVAL;
	return -1;
}

int
cluster_keys_read(const char *path, struct cluster_keys *ks)
{
	AUTO_FCLOSE FILE *f = NULL;

	if (strcmp(path, "-") == 0)
		return read_lines(stdin, ks);
	f = secret_open(path);
	return f != NULL ? read_lines(f, ks) : -1;
}

/* Appends a line to text: the key's digits, after IDENTITY: if identity is not
 * NULL. */
static void
append(char *text, const char *identity, const struct cluster_key *k)
{
	char *end = text + strlen(text), hex[DIGEST_HEX];
	struct digest d;

	memcpy(d.b, k->b, sizeof d.b);
	snprintf(end, LINE_BYTES + 1, "%s%s%s\n",
		 identity != NULL ? identity : "", identity != NULL ? ":" : "",
		 digest_hex(&d, hex));
	explicit_bzero(hex, sizeof hex);
	explicit_bzero(&d, sizeof d);
}

int
cluster_keys_write(const char *path, const struct cluster_keys *ks)
{
	char text[FILE_BYTES] = "";
	int ret;

	for (size_t i = 0; i < ks->n; i++)
		append(text, NULL, &ks->key[i]);
	ret = write_anew_bytes(path, text, strlen(text), 0400);
	explicit_bzero(text, sizeof text);
	return ret;
}

void
cluster_key_derive(const struct cluster_key *k, const char *use, uint8_t *to,
		   size_t len)
{
	hkdf_sha256((struct hkdf_input){k->b, sizeof k->b},
		    (struct hkdf_input){"", 0},
		    (struct hkdf_input){use, strlen(use)}, to, len);
}

char *
cluster_key_identity(const struct cluster_key *k, char to[CLUSTER_IDENTITY])
{
	uint8_t id[6];

	cluster_key_derive(k, "vfield identity", id, sizeof id);
	snprintf(to, CLUSTER_IDENTITY, "vfield-%02x%02x%02x%02x%02x%02x", id[0],
		 id[1], id[2], id[3], id[4], id[5]);
	return to;
}

int
cluster_keys_write_for(const char *path, const struct cluster_keys *ks,
		       const char *use, const struct write_anew_as *as)
{
	char text[FILE_BYTES] = "", identity[CLUSTER_IDENTITY];
	int ret;

	for (size_t i = 0; i < ks->n; i++) {
		struct cluster_key k;

		cluster_key_derive(&ks->key[i], use, k.b, sizeof k.b);
		append(text, cluster_key_identity(&ks->key[i], identity), &k);
		explicit_bzero(&k, sizeof k);
	}
	ret = write_anew_as(path, text, strlen(text), as);
	explicit_bzero(text, sizeof text);
	return ret;
}
