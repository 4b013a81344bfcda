/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* http: serves kernel, initramfs and boot loaders from files, and the iPXE
 * script, with libmicrohttpd, in the loop.
 *
 *   /boot.ipxe                      the script for the machine that asks
 *   /ID/vmlinuz /ID/initrd          kernel and initramfs of the image ID
 *   /vmlinuz /initrd                kernel and initramfs of the offered image
 *   /undionly.kpxe /snponly.efi /ipxe.efi
 *   /key                            the cluster key, for machines that are
 *                                   admitted (key_admit.h)
 *   /up                             a machine tells that its system has started
 *
 * Each path may be followed by ?mac=aa-bb-cc-dd-ee-ff, the MAC of the client.
 * Other paths, and methods except GET and HEAD, are answered with an error; a
 * header Range with more than one range is ignored.  If a file is replaced
 * while it is sent, the client gets all of the old file.
 * Limits   HTTP_CONNECTIONS connections, HTTP_CONNECTIONS_IP of them for each
 *          address; a connection that is idle for HTTP_IDLE_S is closed.
 */
#ifndef VF_BOOT_HTTP_H
#define VF_BOOT_HTTP_H

#include "lib/ip4.h"
#include "lib/loop.h"

/* most connections; arbitrary: enough for a whole room */
#define HTTP_CONNECTIONS 1024
/* most connections of one address; arbitrary: machines may share a NAT */
#define HTTP_CONNECTIONS_IP 64
/* Seconds without a byte after which a connection is closed.  Arbitrary. */
#define HTTP_IDLE_S 30

struct http;

struct http_client {
	uint32_t ip;
	bool has_mac; /* the request names a MAC, which is in `mac` */
	uint8_t mac[MAC_SIZE];
};

enum http_event {
	HTTP_KERNEL_BEGUN,
	HTTP_INITRD_DONE,
	HTTP_UP,
};

struct http_ops {
	/* Returns the client's iPXE script, malloc'ed; NULL: no script can be
	 * made now, and the client gets an error. */
	char *(*script)(void *ctx, const struct http_client *who);
	/* Called with what the client's installer reports: `said` is a text or
	 * NULL, `done` the number of a job or 0.  Returns the text of the
	 * answer. */
	const char *(*job)(void *ctx, const struct http_client *who,
			   const char *said, uint64_t done);
	/* Returns the cluster key as text, malloc'ed; NULL: the client does not
	 * get the key. */
	char *(*key)(void *ctx, const struct http_client *who);
	void (*event)(void *ctx, const struct http_client *who,
		      enum http_event event);
};

/* Begins to serve the files in dir at that address and port.  dir, ops and ctx
 * are not copied and must outlive the result.  Returns NULL and sets errno on
 * failure. */
struct http *http_new(struct loop *l, uint32_t address, uint16_t port,
		      const char *dir, const struct http_ops *ops, void *ctx);
void http_free(struct http *h);

#endif
