/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* reads: answers the requests of the local NBD server's clients.  Chunks that
 * are held are sent from the store, and the others when they arrive, always in
 * order of offset. */
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

/* Makes a struct reads.  The pointers in *s must stay valid until reads_free.
 * Returns NULL on ENOMEM. */
struct reads *reads_new(const struct reads_setup *s);
/* Frees the reads.  The NBD server must be freed before, so that no request is
 * open. */
void reads_free(struct reads *rs);
/* The next four functions implement those of the same names in struct
 * nbd_backend. */
void reads_request(struct reads *rs, struct nbd_request *request);
void reads_cancel(struct reads *rs, struct nbd_request *request);
void reads_lost(struct reads *rs, struct image *im, uint64_t offset,
		uint32_t len);
void reads_closed(struct reads *rs, uint64_t client);

/* Returns when the last READ came; the present time while a READ waits; 0 if
 * there was none.  A READ that has waited for over 5 s does not count as
 * waiting, since most likely no node has its chunk. */
int64_t reads_last_ns(const struct reads *rs);
/* Returns the number of the image's requests that are not answered yet. */
uint32_t reads_waiting(const struct reads *rs, const struct image *im);
/* Returns how many bytes were served from the store. */
uint64_t reads_stored_bytes(const struct reads *rs);

#endif
