/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/corosync/cmap.h"

#include <corosync/cmap.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"

#define NODE_KEY "vfield.node."
#define CMAP_KEY_TEXT (CMAP_KEYNAME_MAXLEN + 1)
#define READ_BYTES (64U << 10)

struct cmap {
	cmap_handle_t handle;
	bool open, failed;
	struct table_reader reader;
};

struct cmap *
cmap_new(void)
{
	return calloc(1, sizeof(struct cmap));
}

void
cmap_close(struct cmap *c)
{
	if (c->open)
		cmap_finalize(c->handle);
	c->open = false;
}

static void
check(struct cmap *c, cs_error_t e)
{
	if (e != CS_OK && e != CS_ERR_NOT_EXIST)
		c->failed = true;
}

/* Deletes keys that begin with prefix: if `stale` is NULL all of them, else
 * those for which `stale` returns true. */
static void
clear(struct cmap *c, const char *prefix,
      bool (*stale)(const struct proto_node *n, const char *rest),
      const struct proto_node *n)
{
	char key[CMAP_KEY_TEXT];
	cmap_iter_handle_t iter;
	cs_error_t e = cmap_iter_init(c->handle, prefix, &iter);

	if (e != CS_OK) {
		check(c, e);
		return;
	}
	while (cmap_iter_next(c->handle, iter, key, NULL, NULL) == CS_OK)
		if (stale == NULL || stale(n, key + strlen(prefix)))
			check(c, cmap_delete(c->handle, key));
	cmap_iter_finalize(c->handle, iter);
}

static int
open_handle(struct cmap *c)
{
	if (c->open)
		return 0;
	if (cmap_initialize(&c->handle) != CS_OK) {
		errno = ECONNREFUSED;
		return -1;
	}
	c->open = true;
	c->failed = false;
	/* An earlier member that was killed may have left keys. */
	clear(c, "vfield.", NULL, NULL);
	table_reader_restart(&c->reader);
	return 0;
}

void
cmap_free(struct cmap *c)
{
	if (c == NULL)
		return;
	if (c->open)
		clear(c, "vfield.", NULL, NULL);
	cmap_close(c);
	free(c);
}

/* Parses the first address in a text like "r(0) ip(192.0.2.1) r(1) ip(...)"
 * into a->ip.  Returns 0, or -1 and errno. */
static int
parse_member(const char *text, struct address *a)
{
	const char *ip = strstr(text, "ip("), *end;
	char host[ADDRESS_TEXT];
	struct address got;

	end = ip != NULL ? strchr(ip, ')') : NULL;
	if (end == NULL || end - ip - 3 >= (int)sizeof host - 2) {
		errno = EINVAL;
		return -1;
	}
	snprintf(host, sizeof host,
		 memchr(ip, ':', end - ip) != NULL ? "[%.*s]" : "%.*s",
		 (int)(end - ip - 3), ip + 3);
	if (address_parse(host, PORT_NBD, &got) == -1)
		return -1;
	memcpy(a->ip, got.ip, sizeof a->ip);
	return 0;
}

int
cmap_address(struct cmap *c, uint32_t nodeid, struct address *a)
{
	AUTO_FREE char *text = NULL;
	char key[CMAP_KEY_TEXT];

	if (open_handle(c) == -1)
		return -1;
	snprintf(key, sizeof key, "runtime.members.%u.ip", nodeid);
	if (cmap_get_string(c->handle, key, &text) != CS_OK) {
		errno = ENOENT;
		return -1;
	}
	return parse_member(text, a);
}

static void
uuid_text(const struct node_id *id, char to[37])
{
	const uint8_t *b = id->b;

	snprintf(to, 37,
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
		 "%02x%02x%02x%02x%02x%02x",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9],
		 b[10], b[11], b[12], b[13], b[14], b[15]);
}

static bool
not_its_image(const struct proto_node *n, const char *rest)
{
	for (uint8_t i = 0; i < n->nimages; i++) {
		size_t len = strlen(n->images[i].name);

		if (strncmp(rest, n->images[i].name, len) == 0 &&
		    (strcmp(rest + len, ".id") == 0 ||
		     strcmp(rest + len, ".complete") == 0))
			return false;
	}
	return true;
}

static void
write_images(struct cmap *c, const char *uuid, const struct proto_node *n)
{
	char key[CMAP_KEY_TEXT], hex[DIGEST_HEX];

	for (uint8_t i = 0; i < n->nimages; i++) {
		const struct proto_image *im = &n->images[i];

		snprintf(key, sizeof key, NODE_KEY "%s.image.%s.id", uuid,
			 im->name);
		check(c, cmap_set_string(c->handle, key,
					 digest_hex(&im->id, hex)));
		snprintf(key, sizeof key, NODE_KEY "%s.image.%s.complete", uuid,
			 im->name);
		check(c, cmap_set_uint8(c->handle, key, im->complete));
	}
	snprintf(key, sizeof key, NODE_KEY "%s.image.", uuid);
	clear(c, key, not_its_image, n);
}

static void
write_node(struct cmap *c, const struct proto_node *n)
{
	char uuid[37], key[CMAP_KEY_TEXT], text[ADDRESS_TEXT];

	uuid_text(&n->id, uuid);
	snprintf(key, sizeof key, NODE_KEY "%s.name", uuid);
	check(c, cmap_set_string(c->handle, key, n->name));
	snprintf(key, sizeof key, NODE_KEY "%s.address", uuid);
	check(c, cmap_set_string(c->handle, key, address_text(&n->nbd, text)));
	snprintf(key, sizeof key, NODE_KEY "%s.role", uuid);
	check(c, cmap_set_string(c->handle, key,
				 n->satellite ? "satellite" : "core"));
	snprintf(key, sizeof key, NODE_KEY "%s.active", uuid);
	check(c, cmap_set_uint8(c->handle, key, n->active));
	write_images(c, uuid, n);
}

static void
remove_node(struct cmap *c, const struct node_id *id)
{
	char uuid[37], key[CMAP_KEY_TEXT];

	uuid_text(id, uuid);
	snprintf(key, sizeof key, NODE_KEY "%s.", uuid);
	clear(c, key, NULL, NULL);
}

static void
write_frames(struct cmap *c, const uint8_t *buf, size_t len)
{
	struct proto_msg m;
	ssize_t n;

	for (; len > 0; buf += n, len -= n) {
		n = proto_decode(buf, len, &m);
		if (n <= 0)
			return;
		if (m.type == PROTO_NODE)
			write_node(c, &m.node);
		else if (m.type == PROTO_GONE)
			remove_node(c, &m.gone);
	}
}

void
cmap_update(struct cmap *c, const struct table *view, const uint8_t any_ip[16])
{
	uint8_t buf[READ_BYTES];
	ssize_t n;

	if (!table_reader_behind(view, &c->reader) && c->open)
		return;
	if (open_handle(c) == -1)
		return;
	c->reader.has_any = true;
	memcpy(c->reader.any_ip, any_ip, sizeof c->reader.any_ip);
	while ((n = table_read(view, &c->reader, buf, sizeof buf)) > 0)
		write_frames(c, buf, n);
	check(c, cmap_set_uint32(c->handle, "vfield.nodes", table_count(view)));
	/* The next cmap_update opens corosync's map anew, and writes all
	 * keys. */
	if (n == -1 || c->failed)
		cmap_close(c);
}
