/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* store_place: in which directory a node's store lies, and how large it may
 * become.
 *
 * In memory unless the user names a directory: then the directory's name is
 * made from the run directory's, so that a node finds its chunks again after
 * it was killed, and it is removed when the node stops.  One that was killed
 * and does not come back would leave it for ever: so each node that starts
 * removes what no living node has locked.
 */
#ifndef VF_VFIELD_STORE_PLACE_H
#define VF_VFIELD_STORE_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "vfield/node_config.h"

struct store_place {
	char *dir;
	bool in_memory;
	bool made;       /* was not there before */
	int lock;        /* held as long as the node lives; -1: none */
	uint64_t budget; /* bytes, with what it holds already */
};

/* Bytes; what the kernel thinks new work could have without swapping. */
uint64_t memory_available(void);

/* -1: it has been logged. */
int store_place_prepare(const struct node_config *c, struct store_place *p);
/* Removes a store that is in memory; frees what p has. */
void store_place_remove(struct store_place *p);
void store_place_free(struct store_place *p);

/* How many bytes there may be in all, where `available` bytes of memory (or,
 * on a disk, none: UINT64_MAX) and `room` bytes of the file system are free and
 * `held` are used by the store already.  Pure. */
uint64_t store_place_budget(uint64_t available, uint64_t room, uint64_t held);

#endif
