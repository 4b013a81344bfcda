/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* http: serves kernel, initramfs and boot loaders from files, and the iPXE
 * script, with libmicrohttpd, in the loop.
 *
 *   /boot.ipxe
 *   /ID/vmlinuz /ID/initrd         of that image
 *   /vmlinuz /initrd               of the one that is offered now
 *   /undionly.kpxe /snponly.efi /ipxe.efi
 *   /up         a booted machine says that its system has been started
 *
 * each with ?mac=aa-bb-cc-dd-ee-ff or without.  GET and HEAD only, one range
 * at most; nothing else has an answer but an error.  A file that was replaced
 * goes on to those that get it.
 * Limits   HTTP_CONNECTIONS, of which HTTP_CONNECTIONS_IP for one address, and
 *          HTTP_IDLE_S for a client that neither reads nor says anything.
 */
#ifndef VF_BOOT_HTTP_H
#define VF_BOOT_HTTP_H

#include "lib/loop.h"
#include "boot/ip4.h"

#define HTTP_CONNECTIONS 1024  /* chosen: a room that boots at once */
#define HTTP_CONNECTIONS_IP 64 /* chosen: machines behind one NAT, too */
#define HTTP_IDLE_S 30         /* chosen */

struct http;

struct http_client {
	uint32_t ip;
	bool has_mac; /* the request names a MAC */
	uint8_t mac[MAC_SIZE];
};

enum http_event {
	HTTP_KERNEL_BEGUN,
	HTTP_INITRD_DONE,
	HTTP_UP,
};

struct http_ops {
	/* The iPXE script, malloc'ed; NULL: there is none yet. */
	char *(*script)(void *ctx, const struct http_client *who);
	void (*event)(void *ctx, const struct http_client *who,
		      enum http_event event);
};

/* Serves the files of dir; dir, ctx and ops stay the caller's.  NULL and
 * errno. */
struct http *http_new(struct loop *l, uint32_t address, uint16_t port,
		      const char *dir, const struct http_ops *ops, void *ctx);
void http_free(struct http *h);

#endif
