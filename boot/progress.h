/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* progress: keeps each machine's stage up to date by the packets, requests and
 * nodes that are seen of the machine.  While this service answers DHCP it logs
 * each stage, and which machines are late (late.h). */
#ifndef VF_BOOT_PROGRESS_H
#define VF_BOOT_PROGRESS_H

#include "boot/boot.h"

/* Makes the state of this module, to be put into b->progress.  Returns NULL and
 * sets errno on failure. */
struct progress *progress_new(struct boot *b);
void progress_free(struct progress *p);

/* Returns true if the last request for an address from the card mac came from
 * its boot ROM, or from a loader that the ROM has loaded. */
bool progress_from_rom(const struct boot *b, const uint8_t mac[MAC_SIZE]);
/* Called with each DHCP packet that has passed the card.  Without --proxy an
 * address counts as given only if this service's own DHCP server has
 * acknowledged it. */
void progress_packet(struct boot *b, const struct dhcp_packet *p);
/* Returns the machine that the HTTP client `who` is; NULL: not known. */
struct machine *progress_machine(struct boot *b, const struct http_client *who);
void progress_http(struct boot *b, const struct http_client *who,
		   enum http_event event);
/* Takes what a machine's installer says (NULL: nothing), and the number of the
 * last job that it has done (0: none).  The machine is known by the client's
 * address alone, so that none speaks for another.  Returns the answer: "disk\n"
 * if the machine is to start from its disk, "network\n" or "unknown\n". */
const char *progress_job(struct boot *b, const struct http_client *who,
			 const char *said, uint64_t done);
/* Notes that the machine was sent to its disk, so that it is not waited for. */
void progress_disk(struct boot *b, struct machine *m);
void progress_node(struct boot *b, const struct boot_node *n);
void progress_gone(struct boot *b, const struct boot_node *n);
void progress_view(struct boot *b);
void progress_lease(struct boot *b, const struct proto_lease *l);

#endif
