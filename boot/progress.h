/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* progress: keeps each machine's stage up to date, by the machine's packets,
 * its HTTP requests, and the nodes of the cluster.  While this service answers
 * DHCP it logs each stage, and which machines are late (late.h). */
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
/* Called with each DHCP packet that the card has received or sent.  Without
 * --proxy an address counts as given only if this service's own DHCP server has
 * acknowledged it. */
void progress_packet(struct boot *b, const struct dhcp_packet *p);
/* Returns the machine that has sent the request of the HTTP client `who`; NULL:
 * not known. */
struct machine *progress_machine(struct boot *b, const struct http_client *who);
void progress_http(struct boot *b, const struct http_client *who,
		   enum http_event event);
/* Notes what a machine's installer reports: the text `said` (NULL: none), and
 * `done`, the number of the last job that the machine has done (0: none).  The
 * machine is identified by the client's IP address alone, so that no machine
 * can report for another.  Returns the answer: "disk\n" if the machine is to
 * start from its disk, "network\n" if not, "unknown\n" if no machine has that
 * address. */
const char *progress_job(struct boot *b, const struct http_client *who,
			 const char *said, uint64_t done);
/* Notes that the machine was sent to its disk.  The boot that was seen is over
 * then, so the machine is not late. */
void progress_disk(struct boot *b, struct machine *m);
void progress_node(struct boot *b, const struct boot_node *n);
void progress_gone(struct boot *b, const struct boot_node *n);
void progress_view(struct boot *b);
void progress_lease(struct boot *b, const struct proto_lease *l);

#endif
