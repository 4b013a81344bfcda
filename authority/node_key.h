/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* node_key: makes, keeps and finds again a node's own Ed25519 key (key.h), from
 * which the node's UUID follows.
 *
 * The file is DIR/node.key: the private half in hexadecimal digits, mode 0600,
 * of the user who makes it.  Where DIR is lost with the machine's memory the
 * node has another key, and another UUID, after each boot.
 */
#ifndef VF_AUTHORITY_NODE_KEY_H
#define VF_AUTHORITY_NODE_KEY_H

#include "authority/key.h"

#define NODE_KEY_FILE "node.key"

/* Sets `uuid` to the UUID of the node whose public key is k: the name-based
 * form of RFC 4122, version 5. */
void node_key_uuid(const struct key_public *k, uint8_t uuid[16]);

/* Reads the key in the directory dir into k.  Returns 0, or -1 and errno;
 * ENOENT: there is none; others as of key_read_secret. */
int node_key_read(const char *dir, struct key_pair *k);
/* Writes the key to the directory dir; after a power cut the file has all of
 * it, or is as it was.  Returns 0, or -1 and errno. */
int node_key_keep(const char *dir, const struct key_pair *k);

#endif
