/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* proto_roles: the roles that a machine holds or could hold, in a field of its
 * node's NODE, so that every node has them.  The machine's agent says them
 * (vfield/agent_roles.h).  Any node may say anything: the reader counts only
 * hosts that the signed site names for a role.
 *
 * The field: 1 byte of length and the host's name, 6 bytes of its card's MAC
 * address, then for each role 1 byte of length and the role's name, 1 byte of
 * state, 4 bytes of place, 4 bytes of the role's IPv4 address.  Bytes of a
 * later version would stand behind a role with a name of no bytes.
 */
#ifndef VF_MEMBERSHIP_WIRE_PROTO_ROLES_H
#define VF_MEMBERSHIP_WIRE_PROTO_ROLES_H

#include "membership/wire/proto.h"

#define PROTO_ROLE_NAME 32 /* bytes of a role's name, with the NUL */
#define PROTO_ROLE_HOST 64 /* bytes of a host's name, with the NUL */
/* Most roles of a machine.  Chosen: with PROTO_HOST_TEXT and REMOVED_MAX words
 * there is no room for more than some of the longest names. */
#define PROTO_ROLES_MAX 8
/* Bytes of the text of all roles, with the NUL. */
#define PROTO_ROLES_TEXT 640

enum proto_role_state {
	PROTO_ROLE_CAN,     /* waits in the queue */
	PROTO_ROLE_TAKING,  /* probes the role's address */
	PROTO_ROLE_HOLDS,   /* has the role */
	PROTO_ROLE_BLOCKED, /* another machine answers at the role's address */
	PROTO_ROLE_STATES,
};

struct proto_role {
	char name[PROTO_ROLE_NAME];
	enum proto_role_state state;
	uint32_t place;   /* in the queue, from 1 on */
	uint32_t address; /* IPv4, in host byte order; 0: the role has none */
};

struct proto_roles {
	char host[PROTO_ROLE_HOST]; /* the machine's name in the site */
	uint8_t mac[6]; /* that of the card for the roles' addresses */
	unsigned n;
	struct proto_role v[PROTO_ROLES_MAX];
};

/* Returns the word for a state, such as "holds". */
const char *proto_role_word(enum proto_role_state s);
/* Returns the state of that word; PROTO_ROLE_STATES: there is none. */
enum proto_role_state proto_role_of_word(const char *word);

/* Reads "HOST MAC[ NAME:STATE:PLACE:ADDRESS]...", with 12 digits of MAC, words
 * for states and 8 digits of address.  Returns 0; -1: it is none. */
int proto_roles_parse(const char *line, struct proto_roles *r);
/* Writes that text. */
void proto_roles_text(const struct proto_roles *r, char to[PROTO_ROLES_TEXT]);
/* Sets the field of n; r NULL removes it.  Returns true if it has changed. */
bool proto_roles_set(struct proto_node *n, const struct proto_roles *r);
/* Returns false if n has no such field, or a malformed one. */
bool proto_roles_get(const struct proto_node *n, struct proto_roles *r);

#endif
