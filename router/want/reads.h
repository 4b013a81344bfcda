/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* reads: turns the request of a client of the local NBD server into pieces of
 * the store and of chunks that arrive, in order.
 */
#ifndef VF_ROUTER_WANT_READS_H
#define VF_ROUTER_WANT_READS_H

#include <stdint.h>

#include "lib/loop.h"
#include "router/nbd/nbd_server.h"
#include "router/want/limits.h"

struct cluster;
struct fetches;
struct image;
struct keeper;
struct reads;

struct reads_setup {
	struct loop *loop;
	struct cluster *cluster;
	struct fetches *fetches;
	struct keeper *keeper;
	const struct limits *limits;
};

/* NULL: ENOMEM.  Keeps what it is given. */
struct reads *reads_new(const struct reads_setup *s);
/* Frees them after the server: no request is open. */
void reads_free(struct reads *rs);
/* The functions of struct nbd_backend. */
void reads_request(struct reads *rs, struct nbd_request *request);
void reads_cancel(struct reads *rs, struct nbd_request *request);
void reads_lost(struct reads *rs, struct image *im, uint64_t offset,
		uint32_t len);
void reads_closed(struct reads *rs, uint64_t client);

/* The time of the last read: now, while one waits, though not for one that has
 * waited so long that most likely nobody has its chunk; 0: there was none. */
int64_t reads_last_ns(const struct reads *rs);
uint32_t reads_waiting(const struct reads *rs, const struct image *im);
/* Bytes that were served from the store. */
uint64_t reads_stored_bytes(const struct reads *rs);

#endif
