/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/wire/proto_roles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/codec.h"
#include "membership/wire/proto_field.h"

#define ROLE_BYTES (1 + PROTO_ROLE_NAME + 9)
#define FIELD_BYTES (1 + PROTO_ROLE_HOST + 6 + PROTO_ROLES_MAX * ROLE_BYTES)

static const char *const words[PROTO_ROLE_STATES] = {
    [PROTO_ROLE_CAN] = "can",
    [PROTO_ROLE_TAKING] = "taking",
    [PROTO_ROLE_HOLDS] = "holds",
    [PROTO_ROLE_BLOCKED] = "blocked",
};

const char *
proto_role_word(enum proto_role_state s)
{
	return words[s];
}

enum proto_role_state
proto_role_of_word(const char *word)
{
	enum proto_role_state s = 0;

	while (s < PROTO_ROLE_STATES && strcmp(words[s], word) != 0)
		s++;
	return s;
}

/* Returns whether the bytes can be the name of a host or of a role. */
static bool
name_ok(const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-_."
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
			   name[i]) == NULL ||
		    name[i] == '\0')
			return false;
	return len > 0;
}

static int
parse_role(const char *line, struct proto_role *r, int *took)
{
	char state[8];
	unsigned long place, address;

	*took = 0;
	if (sscanf(line, " %31[^: ]:%7[a-z]:%10lu:%8lx%n", r->name, state,
		   &place, &address, took) != 4 ||
	    *took == 0 || !name_ok(r->name, strlen(r->name)) ||
	    place > UINT32_MAX || address > UINT32_MAX)
		return -1;
	r->state = proto_role_of_word(state);
	r->place = place;
	r->address = address;
	return r->state < PROTO_ROLE_STATES ? 0 : -1;
}

int
proto_roles_parse(const char *line, struct proto_roles *r)
{
	int at = 0, took;

	*r = (struct proto_roles){0};
	if (sscanf(line, "%63[^ ] %2hhx%2hhx%2hhx%2hhx%2hhx%2hhx%n", r->host,
		   &r->mac[0], &r->mac[1], &r->mac[2], &r->mac[3], &r->mac[4],
		   &r->mac[5], &at) != 7 ||
	    at == 0 || !name_ok(r->host, strlen(r->host)))
		return -1;
	for (line += at; *line == ' '; line += took)
		if (r->n == PROTO_ROLES_MAX ||
		    parse_role(line, &r->v[r->n++], &took) == -1)
			return -1;
	return *line == '\0' ? 0 : -1;
}

void
proto_roles_text(const struct proto_roles *r, char to[PROTO_ROLES_TEXT])
{
	const uint8_t *m = r->mac;
	int n = snprintf(to, PROTO_ROLES_TEXT, "%s %02x%02x%02x%02x%02x%02x",
			 r->host, m[0], m[1], m[2], m[3], m[4], m[5]);

	for (unsigned i = 0; i < r->n && n < PROTO_ROLES_TEXT; i++)
		n += snprintf(to + n, PROTO_ROLES_TEXT - n, " %s:%s:%u:%08x",
			      r->v[i].name, words[r->v[i].state], r->v[i].place,
			      r->v[i].address);
}

static void
write_name(struct writer *w, const char *name)
{
	write_u8(w, strlen(name));
	write_bytes(w, name, strlen(name));
}

bool
proto_roles_set(struct proto_node *n, const struct proto_roles *r)
{
	uint8_t field[FIELD_BYTES];
	struct writer w = writer_init(field, sizeof field);

	if (r != NULL) {
		write_name(&w, r->host);
		write_bytes(&w, r->mac, sizeof r->mac);
	}
	for (unsigned i = 0; r != NULL && i < r->n; i++) {
		write_name(&w, r->v[i].name);
		write_u8(&w, r->v[i].state);
		write_u32(&w, r->v[i].place);
		write_u32(&w, r->v[i].address);
	}
	return proto_field_change(n, PROTO_FIELD_ROLES, field, w.wrote);
}

/* Reads a name of less than `size` bytes.  Returns false if it is none. */
static bool
read_name(struct reader *r, char *to, size_t size)
{
	size_t len = read_u8(r);

	if (len >= size)
		return false;
	read_bytes(r, to, len);
	to[len] = '\0';
	return !r->failed && name_ok(to, len);
}

bool
proto_roles_get(const struct proto_node *n, struct proto_roles *to)
{
	size_t len;
	const uint8_t *field = proto_field_get(n, PROTO_FIELD_ROLES, &len);
	struct reader r;

	*to = (struct proto_roles){0};
	if (field == NULL)
		return false;
	r = reader_init(field, len);
	if (!read_name(&r, to->host, sizeof to->host))
		return false;
	read_bytes(&r, to->mac, sizeof to->mac);
	while (!r.failed && to->n < PROTO_ROLES_MAX) {
		struct proto_role *role = &to->v[to->n];

		if (!read_name(&r, role->name, sizeof role->name))
			break;
		role->state = read_u8(&r);
		role->place = read_u32(&r);
		role->address = read_u32(&r);
		if (r.failed || role->state >= PROTO_ROLE_STATES)
			break;
		to->n++;
	}
	return true;
}
