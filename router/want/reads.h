/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* reads: turns the request of a client of the local NBD server into pieces of
 * the store and of chunks that arrive, in order.
 */
#ifndef VF_ROUTER_WANT_READS_H
#define VF_ROUTER_WANT_READS_H

#include <stdint.h>

#include "router/fetch/fetch.h"
#include "router/nbd/nbd_server.h"

struct router;
struct image;
struct reads;

struct reads *reads_new(struct router *r);
/* After the server: no request is open. */
void reads_free(struct reads *rs);
/* For struct nbd_backend: ctx is the router. */
void reads_request(void *ctx, struct nbd_request *request);
void reads_cancel(void *ctx, struct nbd_request *request);
void reads_lost(void *ctx, void *image, uint64_t offset, uint32_t len);
void reads_closed(void *ctx, uint64_t client);

/* From fetch: what w waits for is there. */
void reads_arrived(struct router *r, struct wait *w);
/* Gives up what has waited longer than --io-timeout. */
void reads_tick(struct router *r);

/* Of the last read: now, while one waits, though not for one that has waited
 * so long that most likely nobody has its chunk; 0: there was none. */
int64_t reads_last_ns(const struct router *r);
uint32_t reads_waiting(const struct router *r, const struct image *im);

#endif
