/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/wire/proto_host.h"

#include <stdio.h>
#include <string.h>

#include "lib/codec.h"
#include "lib/hex.h"
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

bool
proto_host_set(struct proto_node *n, const struct proto_host *h)
{
	uint8_t field[HEAD_BYTES + PROTO_HOST_TEXT];
	struct writer w = writer_init(field, sizeof field);
	uint8_t site[SITE_BYTES] = {0};

	(void)hex_read(h->site, site, sizeof site);
	write_bytes(&w, site, sizeof site);
	write_u16(&w, h->plugins);
	write_u16(&w, h->failed);
	write_u16(&w, h->next_boot);
	write_bytes(&w, h->text, strlen(h->text));
	return proto_field_change(n, PROTO_FIELD_HOST, field, w.wrote);
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
	hex_write(read_view(&r, SITE_BYTES), SITE_BYTES, h->site);
	h->plugins = read_u16(&r);
	h->failed = read_u16(&r);
	h->next_boot = read_u16(&r);
	take_text(h, (const char *)field + HEAD_BYTES, len - HEAD_BYTES);
	return true;
}
