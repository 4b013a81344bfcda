/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* served_counts: counts what a node's nbdkit serves to the network.  The counts
 * lie in the file STOREDIR/served, which nbdkit and the node's other processes
 * map.
 *
 * A client that asks for a whole image by its name is a plain client.  All
 * others are counted as peers: nodes ask for an image by its id, or for exports
 * that only nodes want (NAME/held, NAME/line, NAME/manifest, /view).
 *
 * When nbdkit is started again, the counts `now` begin at 0; the other counts
 * go on.
 */
#ifndef VF_LIB_SERVED_COUNTS_H
#define VF_LIB_SERVED_COUNTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum served_to { SERVED_PEERS, SERVED_CLIENTS, SERVED_KINDS };

struct served {
	char magic[8];
	_Atomic uint64_t bytes[SERVED_KINDS];
	/* connections since the counts began */
	_Atomic uint64_t connections[SERVED_KINDS];
	/* connections that are open */
	_Atomic uint64_t now[SERVED_KINDS];
	/* connections that were refused */
	_Atomic uint64_t refused;
};

/* Maps the counts in dir, the store directory, for nbdkit to change; makes them
 * if dir has none.  If dir is NULL, the counts are private to this process.
 * Returns NULL and sets errno on failure. */
struct served *served_create(const char *dir);
/* Copies the counts to *copy.  Returns false if there are none in dir. */
bool served_look(const char *dir, struct served *copy);

#endif
