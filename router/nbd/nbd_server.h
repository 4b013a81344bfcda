/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nbd_server: the router's NBD server on a Unix socket.
 *
 * Newstyle, read-only, multi-conn (NBD proto.md).  It speaks the protocol
 * and knows no images: it asks the backend for exports and hands it requests
 * that are within bounds.  The backend answers each request once, with
 *   any number of nbd_reply_data, in order of offset, together exactly the
 *   range that was asked for, then nbd_reply_done; or
 *   nbd_reply_error at any point in between.
 * It may do so at once, from within the call, or later.  When a client goes
 * the backend is told to cancel each of its open requests and must not touch
 * them again.
 * Nothing that the backend calls here calls `request` or `cancel` of it: those
 * come from the loop alone (and cancel from nbd_server_free).  `done` of data
 * may be called from within any nbd_reply_*.
 *
 * Limits   NBD_CLIENTS_MAX clients a socket, so that those of one take no place
 *          of another's; NBD_REQUESTS_MAX open requests a
 *          client (more wait in the socket), NBD_READ_MAX bytes a request,
 *          and seconds for a handshake; a client that does not read its replies
 *          holds up nobody else.
 */
#ifndef VF_ROUTER_NBD_NBD_SERVER_H
#define VF_ROUTER_NBD_NBD_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/loop.h"

#define NBD_CLIENTS_MAX 1024
#define NBD_SOCKETS_MAX 2
#define NBD_REQUESTS_MAX 128
#define NBD_READ_MAX (32U << 20)
#define NBD_NAME_MAX 4096
#define NBD_SOON_S 30 /* chosen: a node that starts knows its image by then */

struct nbd_server;

struct nbd_export {
	void *image;         /* the backend's; given back in each request */
	uint64_t size;       /* bytes */
	uint32_t chunk_size; /* bytes: the preferred block size */
	bool line;           /* the backend's, too */
};

enum nbd_request_type { NBD_READ, NBD_CACHE };

struct nbd_request {
	enum nbd_request_type type;
	void *image;
	bool line; /* the export is NAME/line */
	bool user; /* the client has the image attached: nbd_backend.user */
	uint64_t offset;
	uint32_t len;
	uint64_t client; /* a number that no other connection has had: the
			  * stream to which a read-ahead belongs */
	void *backend;   /* the backend's own; NULL at first */
	int64_t began_ns;
};

/* Bytes of a reply: from memory, or from a file (buf NULL).  They must stay
 * as they are until `done` is called, which happens exactly once: when they
 * are in the socket, or, where the socket has only references to the file's
 * pages, when the client has read them.  done may be NULL. */
struct nbd_data {
	const void *buf;
	int fd;
	off_t offset;
	uint32_t len;
	void (*done)(void *ctx, uint64_t tag);
	void *ctx;
	uint64_t tag;
};

struct nbd_backend {
	/* Finds an export; false if there is none.  The name is not
	 * NUL-terminated and may be anything. */
	bool (*find)(void *ctx, const char *name, size_t len,
		     struct nbd_export *e);
	/* Lists the exports: calls say for each name. */
	void (*list)(void *ctx, void (*say)(void *say_ctx, const char *name),
		     void *say_ctx);
	void (*request)(void *ctx, struct nbd_request *r);
	void (*cancel)(void *ctx, struct nbd_request *r);
	/* A client has gone; its number will not come again. */
	void (*closed)(void *ctx, uint64_t client);
	/* A client whose first command was a READ has come, or has gone: it
	 * has the image attached.  The node's own plugin, which passes on
	 * what others ask for, begins with a CACHE and has not.  May be NULL.
	 */
	void (*user)(void *ctx, void *image, bool comes);
	/* A file that data was in cannot be read there.  These bytes of the
	 * image are asked for again at once.  NULL: the client is dropped. */
	void (*lost)(void *ctx, void *image, uint64_t offset, uint32_t len);
	/* An export that find does not know may come yet: who asks for it waits
	 * for NBD_SOON_S at most.  May be NULL. */
	bool (*soon)(void *ctx);
};

/* Listens on path (a socket left there by a dead process is replaced, a live
 * one is EADDRINUSE, what is no socket EEXIST); on nothing if path is NULL.
 * From then on the process ignores SIGPIPE. */
struct nbd_server *nbd_server_new(struct loop *l, const char *path,
				  const struct nbd_backend *backend, void *ctx);
/* Listens on one more path, NBD_SOCKETS_MAX in all.  -1: errno, as above. */
int nbd_server_listen(struct nbd_server *s, const char *path);
void nbd_server_free(struct nbd_server *s);
/* Serves a connected, non-blocking stream socket as if it had been accepted by
 * the first socket.
 * Takes fd over, also on error. */
int nbd_server_adopt(struct nbd_server *s, int fd);

/* Clients of that image of the backend's are cut off.  False: some are not gone
 * yet, and will be after the next events. */
bool nbd_server_drop(struct nbd_server *s, const void *image);

void nbd_reply_data(struct nbd_request *r, const struct nbd_data *d);
void nbd_reply_done(struct nbd_request *r);
/* Answers with an errno value that NBD has (EIO, EINVAL, ENOSPC, ESHUTDOWN, …);
 * any other becomes EIO. */
void nbd_reply_error(struct nbd_request *r, int error);

/* Relays are clients that ask for the network: nbdkit, which reads nothing by
 * this way but has chunks fetched. */
struct nbd_server_stats {
	uint32_t clients; /* relays too */
	uint32_t relays;
	uint64_t requests; /* without relay_requests */
	uint64_t relay_requests, bytes, errors;
};
void nbd_server_stats(const struct nbd_server *s, struct nbd_server_stats *st);

#endif
