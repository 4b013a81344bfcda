/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "authority/node_key.h"

#include <string.h>

#include <uuid/uuid.h>

#include "lib/cleanup.h"
#include "lib/hex.h"
#include "lib/path_in.h"
#include "lib/write_anew.h"

/* The name space of nodes' UUIDs, itself a random UUID. */
static const uuid_t namespace = {0x0b, 0x5d, 0x8e, 0x42, 0x7c, 0x1f,
				 0x4e, 0x9a, 0x8f, 0x63, 0xd4, 0x20,
				 0x91, 0xaa, 0x57, 0xce};

void
node_key_uuid(const struct key_public *k, uint8_t uuid[16])
{
	uuid_generate_sha1(uuid, namespace, (const char *)k->b, sizeof k->b);
}

int
node_key_read(const char *dir, struct key_pair *k)
{
	AUTO_FREE char *path = path_in(dir, NODE_KEY_FILE);

	return key_read_secret(path, k);
}

int
node_key_keep(const char *dir, const struct key_pair *k)
{
	AUTO_FREE char *path = path_in(dir, NODE_KEY_FILE);
	char text[KEY_TEXT + 1];
	int ret;

	strcpy(hex_write(k->secret, sizeof k->secret, text), "\n");
	ret = write_anew_bytes(path, text, strlen(text), 0600);
	explicit_bzero(text, sizeof text);
	return ret;
}
