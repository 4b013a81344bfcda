/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* store_place: decides in which directory a node's store lies, and how large
 * the store may become.
 *
 * Unless the user names a directory, the store lies in memory, in a directory
 * of /dev/shm.  Its name is made from the run directory's, so that a node that
 * was killed finds its chunks again when it is started anew.  The directory is
 * removed when the node stops.  A killed node that is never started anew leaves
 * its directory behind.  So each node that starts removes those directories
 * that no living node has locked. */
#ifndef VF_VFIELD_STORE_PLACE_H
#define VF_VFIELD_STORE_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "vfield/node_config.h"

struct store_place {
	char *dir;
	bool in_memory;
	bool made; /* this node has made the directory */
	/* descriptor that locks dir while the node lives; -1: none */
	int lock;
	/* bytes that the node's stores may take together */
	uint64_t budget;
};

/* Returns how many bytes of memory new programs could have without swapping, as
 * the kernel estimates; 0: unknown. */
uint64_t memory_available(void);

/* Finds or makes the store's directory, locks it if it is in memory, and fills
 * in p.  Returns 0; on failure logs why and returns -1. */
int store_place_prepare(const struct node_config *c, struct store_place *p);
/* Removes the directory of a store that is in memory, and frees what p owns. */
void store_place_remove(struct store_place *p);
void store_place_free(struct store_place *p);

/* Returns how many bytes the node's stores may take together, if `available`
 * bytes of memory (UINT64_MAX for a store on disk) and `room` bytes of the file
 * system are free, and the stores have `held` bytes already.  Pure. */
uint64_t store_place_budget(uint64_t available, uint64_t room, uint64_t held);

#endif
