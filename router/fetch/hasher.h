/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* hasher: a thread that compares chunks with their hashes, and does nothing
 * else.
 *
 * Beside the hasher and the threads of disk.h a router has one thread, the
 * loop's.  Hashing takes a third of the time that a chunk from a peer costs,
 * and in the loop's thread would bound a node to a few Gbit/s.  The hasher
 * reads a buffer and a digest that nobody may change from hasher_start until
 * `done` is called, in the loop's thread.  Handing a job over takes some 10 us,
 * so a single chunk that somebody waits for is better hashed by the loop's
 * thread itself.
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

/* Starts the thread.  Returns NULL and sets errno on failure, to ENOTSUP where
 * there is only one processor. */
struct hasher *hasher_new(struct loop *l,
			  void (*done)(void *ctx, struct hash_job *j),
			  void *ctx);
/* Ends the thread.  No job may be open: call hasher_finish before. */
void hasher_free(struct hasher *h);

/* Has the thread compare the bytes of j with the digest j->wanted, and set
 * j->right. */
void hasher_start(struct hasher *h, struct hash_job *j);
/* Waits until all jobs are done, and calls `done` for each. */
void hasher_finish(struct hasher *h);

#endif
