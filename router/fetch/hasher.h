/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* hasher: a thread that compares chunks with their hashes, and nothing else.
 *
 * A router is one thread; this is the one exception.  Hashing takes a third
 * of what a chunk from a peer costs, and alone it would bound a node to a few
 * Gbit/s.  The thread reads a buffer and a digest that nobody changes
 * meanwhile; a job is with it from hasher_start until `done`, which the loop
 * calls.  Handing over costs some 10 us, so a chunk that somebody waits for
 * by itself is better hashed at once.
 */
#ifndef VF_ROUTER_FETCH_HASHER_H
#define VF_ROUTER_FETCH_HASHER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

#include "lib/digest.h"
#include "lib/loop.h"

struct hasher;

struct hash_job {
	STAILQ_ENTRY(hash_job) entry;
	const void *data;
	size_t len;
	const struct digest *wanted;
	bool right;
};

/* Starts the thread. NULL and errno; ENOTSUP where there is one processor only.
 */
struct hasher *hasher_new(struct loop *l,
			  void (*done)(void *ctx, struct hash_job *j),
			  void *ctx);
/* Jobs that are not done never will be: call hasher_finish before. */
void hasher_free(struct hasher *h);

void hasher_start(struct hasher *h, struct hash_job *j);
/* Waits until all jobs are done, and calls `done` for each. */
void hasher_finish(struct hasher *h);

#endif
