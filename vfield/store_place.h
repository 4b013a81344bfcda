/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* store_place: in which directory a node's store lies, and how large it may
 * become.
 *
 * The store lies in memory (a directory in /dev/shm) unless the user names a
 * directory.  The name of the directory in memory is made from the run
 * directory's, so that a node that was killed finds its chunks again when it
 * starts anew; the directory is removed when the node stops.  If a killed node
 * never came back, its directory would stay for ever: so each node that starts
 * removes the directories that no living node has locked.
 */
#ifndef VF_VFIELD_STORE_PLACE_H
#define VF_VFIELD_STORE_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "vfield/node_config.h"

struct store_place {
	char *dir;
	bool in_memory;
	bool made; /* the directory was not there before */
	/* descriptor that locks dir while the node lives; -1: none */
	int lock;
	/* bytes that the store may take in all */
	uint64_t budget;
};

/* Returns how many bytes of memory new programs could have without swapping, as
 * the kernel estimates; 0: unknown. */
uint64_t memory_available(void);

/* Finds or makes the store's directory, locks it if it is in memory, and fills
 * in p.  Returns 0; -1: the log says why. */
int store_place_prepare(const struct node_config *c, struct store_place *p);
/* Removes the directory of a store that is in memory, and frees what p owns. */
void store_place_remove(struct store_place *p);
void store_place_free(struct store_place *p);

/* Returns how many bytes the store may take in all.  `available` bytes of
 * memory (UINT64_MAX for a store on disk) and `room` bytes of the file system
 * are free; the store has `held` bytes already.  Pure. */
uint64_t store_place_budget(uint64_t available, uint64_t room, uint64_t held);

#endif
