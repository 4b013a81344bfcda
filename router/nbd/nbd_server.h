/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nbd_server: the router's NBD server on a Unix socket.
 *
 * The server speaks NBD's newstyle protocol (proto.md), read-only, with
 * multi-conn.  It knows no images: it asks the backend which exports there are,
 * and hands requests that are within an export's bounds to the backend.  The
 * backend answers each request once, with
 *   any number of nbd_reply_data, in order of offset, together exactly the
 *   range that was asked for, then nbd_reply_done; or
 *   nbd_reply_error at any point in between.
 * The backend may answer at once, from within `request`, or later.  When a
 * client disconnects, the server calls `cancel` for each of its open requests,
 * and the backend must not touch them again.  The nbd_reply_* functions never
 * call `request` or `cancel`: these are called only from the loop, and `cancel`
 * also from nbd_server_free.  nbd_data.done may be called from within any
 * nbd_reply_*.
 *
 * Limits   NBD_CLIENTS_MAX clients on each socket, so that many clients on one
 *          socket take no places from the other; NBD_REQUESTS_MAX open requests
 *          for each client, further ones waiting in the socket; NBD_READ_MAX
 *          bytes for each request; 10 s for a handshake, not counting a wait
 *          for an export.  A client that does not read its replies holds up no
 *          other client.
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
/* seconds that a client waits for its export to appear; arbitrary: a node that
 * starts knows its image by then */
#define NBD_SOON_S 30

struct nbd_server;

struct nbd_export {
	/* the backend's pointer; copied into each request */
	void *image;
	uint64_t size; /* bytes of the export */
	/* bytes of a chunk, which is the preferred block size */
	uint32_t chunk_size;
	/* the export is NAME/line, or NAME/held; copied into each request */
	bool line, held;
};

enum nbd_request_type { NBD_READ, NBD_CACHE };

struct nbd_request {
	enum nbd_request_type type;
	void *image;
	bool line; /* the export is NAME/line */
	bool held; /* the export is NAME/held */
	bool user; /* the client has the image attached (nbd_backend.user) */
	uint64_t offset;
	uint32_t len;
	/* number of the client's connection, never used for another; by it
	 * reads of different clients are told apart */
	uint64_t client;
	void *backend; /* for the backend's use; NULL at first */
	int64_t began_ns;
};

/* Bytes of a reply: from memory (buf), or, if buf is NULL, from `offset` in the
 * file fd.  They must not change until `done` is called, which happens exactly
 * once: when the bytes are in the socket, or, if the socket has only references
 * to the file's pages, when the client has read them.  done may be NULL. */
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
	/* Calls `say` with the name of each export. */
	void (*list)(void *ctx, void (*say)(void *say_ctx, const char *name),
		     void *say_ctx);
	void (*request)(void *ctx, struct nbd_request *r);
	void (*cancel)(void *ctx, struct nbd_request *r);
	/* Called when a client has disconnected; its number is not used
	 * again. */
	void (*closed)(void *ctx, uint64_t client);
	/* Called with `comes` true when the first command of a client is a
	 * READ: from then on the client has the image attached.  Called with
	 * comes false when that client disconnects.  The node's own plugin,
	 * which fetches for other nodes, sends a CACHE first, and so does not
	 * count. May be NULL. */
	void (*user)(void *ctx, void *image, bool comes);
	/* Called when len bytes of the image that a reply was to have cannot be
	 * read from their file.  Right after that the server requests these
	 * bytes again.  NULL: the client is disconnected instead. */
	void (*lost)(void *ctx, void *image, uint64_t offset, uint32_t len);
	/* Returns true if an export that find does not know may still appear: a
	 * client that asks for it then waits, NBD_SOON_S at most.  May be
	 * NULL. */
	bool (*soon)(void *ctx);
};

/* Makes a server that listens on the Unix socket `path`, or on none if `path`
 * is NULL.  A socket that a dead process left there is replaced.  From then on
 * the process ignores SIGPIPE.  Returns NULL and sets errno on failure:
 * EADDRINUSE if a live process listens there, EEXIST if `path` is no socket. */
struct nbd_server *nbd_server_new(struct loop *l, const char *path,
				  const struct nbd_backend *backend, void *ctx);
/* Listens on one more Unix socket, NBD_SOCKETS_MAX in all.  Returns -1 and sets
 * errno on failure, as nbd_server_new does. */
int nbd_server_listen(struct nbd_server *s, const char *path);
void nbd_server_free(struct nbd_server *s);
/* Serves a connected, non-blocking stream socket as if the first socket had
 * accepted it.  Takes fd over, also on error.  Returns 0, or -1 if the client
 * cannot be served. */
int nbd_server_adopt(struct nbd_server *s, int fd);

/* Disconnects the clients whose export has this image (nbd_export.image).
 * Returns false if some of them are not freed yet: a timer frees them soon, so
 * the caller is to call again. */
bool nbd_server_drop(struct nbd_server *s, const void *image);

void nbd_reply_data(struct nbd_request *r, const struct nbd_data *d);
void nbd_reply_done(struct nbd_request *r);
/* Answers with an errno value that NBD has (EIO, EINVAL, ENOSPC, ESHUTDOWN, …);
 * any other becomes EIO. */
void nbd_reply_error(struct nbd_request *r, int error);

/* A relay is a client whose first command was a CACHE.  That is nbdkit, which
 * makes the router fetch chunks for other nodes, and then reads these chunks
 * from the store itself. */
struct nbd_server_stats {
	uint32_t clients; /* all clients, relays included */
	uint32_t relays;
	uint64_t requests; /* requests of clients that are no relays */
	uint64_t relay_requests, bytes, errors;
};
void nbd_server_stats(const struct nbd_server *s, struct nbd_server_stats *st);

#endif
