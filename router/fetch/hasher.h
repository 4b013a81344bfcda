/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* hasher: a thread that compares chunks with their hashes, and does nothing
 * else.
 *
 * All else in a router runs in the loop's thread, except for reads of disks
 * (disk.h).  Hashing is a third of the work that a chunk from a peer makes: if
 * the loop's thread did it, a node could receive no more than a few Gbit/s.
 * Nobody may change a job's bytes and digest from hasher_start until `done` is
 * called, which happens in the loop's thread.  To hand over a job takes some 10
 * us, so a single chunk that somebody waits for is better hashed in the loop's
 * thread.
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

/* Starts the thread, which calls `done` for each job.  Returns NULL and sets
 * errno on failure; ENOTSUP: the machine has only one processor. */
struct hasher *hasher_new(struct loop *l,
			  void (*done)(void *ctx, struct hash_job *j),
			  void *ctx);
/* Ends the thread.  No job may be open: call hasher_finish before. */
void hasher_free(struct hasher *h);

/* Makes the thread compare the bytes j->data with the digest j->wanted, and set
 * j->right to whether they match. */
void hasher_start(struct hasher *h, struct hash_job *j);
/* Waits until all jobs are done, and calls `done` for each. */
void hasher_finish(struct hasher *h);

#endif
