/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/wire/proto_host.h"

#include <stdio.h>
#include <string.h>

#include "lib/codec.h"
#include "membership/wire/proto_field.h"

#define SITE_BYTES 8
#define HEAD_BYTES (SITE_BYTES + 6)

static void
take_text(struct proto_host *h, const char *text, size_t len)
{
	size_t n = 0;

	for (; n < len && n + 1 < PROTO_HOST_TEXT && text[n] != '\0'; n++)
		h->text[n] = text[n] >= ' ' && text[n] <= '~' ? text[n] : '?';
	h->text[n] = '\0';
}

int
proto_host_parse(const char *line, struct proto_host *h)
{
	unsigned plugins, failed, next_boot;
	int at = 0;

	if (sscanf(line, "%16[0-9a-f] %5u %5u %5u%n", h->site, &plugins,
		   &failed, &next_boot, &at) != 4 ||
	    strlen(h->site) != PROTO_HOST_SITE - 1 || plugins > UINT16_MAX ||
	    failed > UINT16_MAX || next_boot > UINT16_MAX ||
	    (line[at] != '\0' && line[at] != ' '))
		return -1;
	h->plugins = plugins;
	h->failed = failed;
	h->next_boot = next_boot;
	line += at + (line[at] == ' ');
	take_text(h, line, strlen(line));
	return 0;
}

static unsigned
digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

bool
proto_host_set(struct proto_node *n, const struct proto_host *h)
{
	uint8_t field[HEAD_BYTES + PROTO_HOST_TEXT];
	struct writer w = writer_init(field, sizeof field);
	const uint8_t *was;
	size_t len;

	for (int i = 0; i < SITE_BYTES; i++)
		write_u8(&w, digit(h->site[2 * i]) << 4 |
				 digit(h->site[2 * i + 1]));
	write_u16(&w, h->plugins);
	write_u16(&w, h->failed);
	write_u16(&w, h->next_boot);
	write_bytes(&w, h->text, strlen(h->text));
	was = proto_field_get(n, PROTO_FIELD_HOST, &len);
	if (was != NULL && len == w.wrote && memcmp(was, field, len) == 0)
		return false;
	return proto_field_set(n, PROTO_FIELD_HOST, field, w.wrote) == 0;
}

bool
proto_host_get(const struct proto_node *n, struct proto_host *h)
{
	size_t len;
	const uint8_t *field = proto_field_get(n, PROTO_FIELD_HOST, &len);
	struct reader r;

	if (field == NULL || len < HEAD_BYTES)
		return false;
	r = reader_init(field, len);
	for (int i = 0; i < SITE_BYTES; i++)
		snprintf(h->site + (size_t)2 * i, 3, "%02x", read_u8(&r));
	h->plugins = read_u16(&r);
	h->failed = read_u16(&r);
	h->next_boot = read_u16(&r);
	take_text(h, (const char *)field + HEAD_BYTES, len - HEAD_BYTES);
	return true;
}
