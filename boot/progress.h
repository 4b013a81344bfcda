/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* progress: the stage of each machine, by the packets, requests and nodes that
 * are seen of it.  The service that answers logs each, and which machines are
 * late (late.h). */
#ifndef VF_BOOT_PROGRESS_H
#define VF_BOOT_PROGRESS_H

#include "boot/boot.h"

/* NULL, errno. */
struct progress *progress_new(struct boot *b);
void progress_free(struct progress *p);

/* The machine's last question for an address was its boot ROM's. */
bool progress_from_rom(const struct boot *b, const uint8_t mac[MAC_SIZE]);
/* A packet that has passed the card; only our DHCP server's settle anything. */
void progress_packet(struct boot *b, const struct dhcp_packet *p);
/* The machine behind a connection; NULL: not known. */
struct machine *progress_machine(struct boot *b, const struct http_client *who);
void progress_http(struct boot *b, const struct http_client *who,
		   enum http_event event);
void progress_node(struct boot *b, const struct boot_node *n);
void progress_gone(struct boot *b, const struct boot_node *n);
void progress_view(struct boot *b);
void progress_lease(struct boot *b, const struct proto_lease *l);

#endif
