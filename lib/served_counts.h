/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* served_counts: counts of all that a node's nbdkit gives to the network, in
 * memory that it shares with the node's other processes: STOREDIR/served.
 *
 * Nodes ask for exports by an image's id, or for what only nodes want
 * (NAME/held, NAME/line, NAME/manifest, /view); whoever asks by name is a plain
 * client.
 *
 * The counts go on when nbdkit is started again; connections begin at 0.
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
	_Atomic uint64_t connections[SERVED_KINDS]; /* ever */
	_Atomic uint64_t now[SERVED_KINDS];         /* open at this moment */
	_Atomic uint64_t refused;                   /* connections */
};

/* The nbdkit's own, made if it is not there.  dir NULL: private to the process.
 * NULL: errno. */
struct served *served_create(const char *dir);
/* A look at it.  false: nothing has been counted there. */
bool served_look(const char *dir, struct served *copy);

#endif
